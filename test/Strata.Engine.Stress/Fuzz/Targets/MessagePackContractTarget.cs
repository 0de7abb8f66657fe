using System.Buffers;
using System.Buffers.Binary;
using Strata.Payloads.MessagePack;

namespace Strata.Engine.Stress.Fuzz.Targets;

/// <summary>A contract, by the serializer that the generator wrote for it.</summary>
internal sealed class MessagePackContractTarget : IFuzzTarget
{
    private const int MaxDepth = 2;
    private const int MaxBytesEach = 160;

    private readonly ArrayBufferWriter<byte> _written = new(64 * 1024);
    private readonly ArrayBufferWriter<byte> _writtenAgain = new(64 * 1024);

    public string Name => "messagepack-contract";

    public byte[] MakeValid(Random random) => [.. Write(FuzzedContract.Random(random, random.Next(MaxDepth + 1)), _written)];

    /// <summary>There is no seal. A few become nested lists instead, each of which claims all that is left.</summary>
    public byte[] Repair(byte[] input, Random random)
    {
        if (random.Next(32) != 0)
            return MessagePackTarget.Claim(input, random);
        byte[] claims = new byte[2_000];
        int end = 6 * (1 + random.Next(MessagePackReader.MaxDepth));
        for (int at = 0; at < end; at += 6)
        {
            claims[at] = 0x91;
            claims[at + 1] = 0xdd;
            BinaryPrimitives.WriteInt32BigEndian(claims.AsSpan(at + 2), claims.Length - at - 6);
        }

        return claims;
    }

    /// <summary>The largest that a byte can stand for is an empty contract and its place in a list; what is accepted is read twice.</summary>
    public long MaxAllocatedBytes(int inputBytes) => 4_096 + (2L * MaxBytesEach * inputBytes);

    public bool Decode(ReadOnlySpan<byte> input, FuzzKind kind, Random random)
    {
        var payload = new ReadOnlySequence<byte>(input.ToArray());
        long before = GC.GetAllocatedBytesForCurrentThread();
        bool isRead = FuzzedPack.FuzzedContract.TryRead(payload, out FuzzedContract? contract);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        if (allocated > 16_384 + ((long)MaxBytesEach * input.Length))
            throw new FuzzException($"{input.Length} bytes made it allocate {allocated}");
        if (!isRead)
            return false;
        ReadOnlySpan<byte> written = Write(contract!, _written);
        if (kind == FuzzKind.Valid && !written.SequenceEqual(input))
            throw new FuzzException("a valid contract came back in other bytes");
        if (!FuzzedPack.FuzzedContract.TryRead(new ReadOnlySequence<byte>(written.ToArray()), out FuzzedContract? again) || !Write(again, _writtenAgain).SequenceEqual(written))
            throw new FuzzException("what was written is not read as it was meant");
        return true;
    }

    public void Dispose()
    {
    }

    private static ReadOnlySpan<byte> Write(FuzzedContract contract, ArrayBufferWriter<byte> destination)
    {
        destination.ResetWrittenCount();
        FuzzedPack.FuzzedContract.Write(contract, destination);
        return destination.WrittenSpan;
    }
}
