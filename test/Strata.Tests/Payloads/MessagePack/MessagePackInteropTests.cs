using System.Buffers;
using Strata.Payloads.MessagePack;
using Strata.TestKit.Bytes;
using Strata.TestKit.Payloads;
using Strata.Tests.Payloads.MessagePack.Contracts;
using Xunit;

namespace Strata.Tests.Payloads.MessagePack;

/// <summary>Both directions against Python's msgpack. It writes the smallest forms too, so bytes can be compared.</summary>
public sealed class MessagePackInteropTests
{
    private const int Values = 2_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Read_OfWhatPythonWrote_IsWhatPythonMeant(int seed)
    {
        (string Hex, string Text)[] values = MessagePackPython.Make(seed, Values);
        Assert.Equal(Values, values.Length);
        foreach ((string hex, string text) in values)
        {
            byte[] bytes = Packed.Bytes(hex);
            Assert.Equal(text, PackedValue.Text(bytes));
            var reader = new MessagePackReader(bytes);
            Assert.True(reader.TrySkip() && reader.IsAtEnd);
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void Written_ReadByPython_ComesBackInTheSameBytes(int seed)
    {
        var random = new SplitMix64((ulong)seed);
        string[] written = new string[Values];
        foreach (ref string hex in written.AsSpan())
        {
            var bytes = new ArrayBufferWriter<byte>();
            var writer = new MessagePackWriter(bytes);
            RandomMessagePack.Write(ref writer, ref random, RandomMessagePack.MaxDepth);
            writer.Flush();
            hex = Convert.ToHexStringLower(bytes.WrittenSpan);
        }

        AssertSameInPython(written);
    }

    [Fact]
    public void Contracts_ReadByPython_ComeBackInTheSameBytes() => AssertSameInPython(
    [
        Convert.ToHexStringLower(Packed.Write(TestPack.Everything, Everything.Sample())),
        Convert.ToHexStringLower(Packed.Write(TestPack.Everything, new Everything())),
        Convert.ToHexStringLower(Packed.Write(TestPack.Person, new Person(-1, null, "ž", 300))),
        Convert.ToHexStringLower(Packed.Write(TestPack.Dog, new Dog { Legs = 4, Name = new string('x', 300) })),
    ]);

    private static void AssertSameInPython(string[] written)
    {
        (string Hex, string Text)[] read = MessagePackPython.Read(written);
        Assert.Equal(written.Length, read.Length);
        foreach ((string ours, (string theirs, string text)) in written.Zip(read))
        {
            Assert.Equal(theirs, ours);
            Assert.Equal(text, PackedValue.Text(Packed.Bytes(ours)));
        }
    }
}
