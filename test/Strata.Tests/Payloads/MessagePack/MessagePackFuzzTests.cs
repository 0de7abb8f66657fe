using System.Buffers;
using Strata.Payloads;
using Strata.Payloads.MessagePack;
using Strata.TestKit.Bytes;
using Strata.Tests.Payloads.MessagePack.Contracts;
using Xunit;

namespace Strata.Tests.Payloads.MessagePack;

/// <summary>Random and damaged payloads: nothing is thrown, nothing is allocated beyond a multiple of the payload, and what is read is written as it can be read again.</summary>
public sealed class MessagePackFuzzTests
{
    private const int Inputs = 25_000;

    /// <summary>The largest array element, list, dictionary entry or object that one byte of a payload can call for, with room to spare.</summary>
    private const int MaxBytesPerByte = 512;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Read_OfRandomBytes_NeverFails(int seed)
    {
        var random = new SplitMix64((ulong)seed);
        byte[] buffer = new byte[96];
        int read = 0;
        for (int i = 0; i < Inputs; i++)
        {
            Span<byte> payload = buffer.AsSpan(0, random.Next(buffer.Length + 1));
            foreach (ref byte each in payload)
                each = (byte)(random.Next(3) == 0 ? 0x80 + random.Next(0x20) : (int)random.Next());
            if (payload.Length > 2 && random.Next(2) == 0)
                payload[0] = 0xdc;
            read += Check(payload, $"seed {seed}, input {i}") ? 1 : 0;
        }

        Assert.InRange(read, 100, Inputs);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void Read_OfDamagedPayload_NeverFails(int seed)
    {
        byte[] sample = Packed.Write(TestPack.Everything, Everything.Sample());
        var random = new SplitMix64((ulong)seed);
        int read = 0;
        for (int i = 0; i < Inputs; i++)
        {
            byte[] payload = (byte[])sample.Clone();
            for (int changes = random.Next(4); changes >= 0; changes--)
                payload[random.Next(payload.Length)] = (byte)(random.Next(2) == 0 ? random.Next() : payload[random.Next(payload.Length)] ^ (1u << random.Next(8)));
            Span<byte> cut = payload.AsSpan(0, random.Next(4) == 0 ? random.Next(payload.Length) : payload.Length);
            read += Check(cut, $"seed {seed}, input {i}") ? 1 : 0;
        }

        Assert.InRange(read, 100, Inputs);
    }

    private static bool Check(ReadOnlySpan<byte> payload, string input)
    {
        byte[] bytes = payload.ToArray();
        var reader = new MessagePackReader(payload);
        bool isWhole = reader.TrySkip() && reader.IsAtEnd;

        long before = GC.GetAllocatedBytesForCurrentThread();
        bool isEverything = TestPack.Everything.TryRead(new(bytes), out Everything? everything);
        bool isNode = TestPack.Node.TryRead(new(bytes), out Node? node);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated <= 4096 + ((long)MaxBytesPerByte * bytes.Length), $"{input}: {allocated} bytes allocated for {bytes.Length}");

        Assert.True(isWhole || !(isEverything || isNode || PackedValue.Text(payload) is not null), input);
        if (isEverything)
            AssertStable(TestPack.Everything, everything!, input);
        if (isNode)
            AssertStable(TestPack.Node, node!, input);
        return isWhole;
    }

    /// <summary>What was read is written in one form, whatever form it was read from.</summary>
    private static void AssertStable<T>(IPayloadSerializer<T> serializer, T value, string input)
    {
        byte[] once = Packed.Write(serializer, value);
        Assert.True(serializer.TryRead(new(once), out T? again), input);
        Assert.True(once.AsSpan().SequenceEqual(Packed.Write(serializer, again)), input);
    }
}
