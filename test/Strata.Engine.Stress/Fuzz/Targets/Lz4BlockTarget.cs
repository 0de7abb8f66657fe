using Strata.Engine.Codecs;

namespace Strata.Engine.Stress.Fuzz.Targets;

/// <summary>LZ4 blocks into rooms that are too short, just right and too long, between memory that must not be touched, and beside a slow decoder.</summary>
internal sealed class Lz4BlockTarget : IFuzzTarget
{
    private const int LongRoomBytes = FuzzPayload.MaxBytes + 1_000;

    private readonly GuardedMemory _source = new(2 * LongRoomBytes);
    private readonly GuardedMemory _destination = new(LongRoomBytes);
    private readonly byte[] _expected = new byte[LongRoomBytes];
    private byte[] _payload = [];

    public string Name => "lz4";

    public byte[] MakeValid(Random random)
    {
        _payload = FuzzPayload.Make(random);
        // The encoder works between guards too.
        int room = Lz4Block.MaxCompressedLength(_payload.Length);
        Span<byte> block = _destination.Take(room);
        int length = Lz4Block.Compress(_source.TakeCopy(_payload), block);
        if (length == 0 || !_destination.IsWholeBefore(room))
            throw new FuzzException("a payload was not compressed, or bytes before the block were written");
        return block[..length].ToArray();
    }

    public long MaxAllocatedBytes(int inputBytes) => 0;

    public bool Decode(ReadOnlySpan<byte> input, FuzzKind kind, Random random)
    {
        int room = random.Next(4) switch
        {
            0 => random.Next(_payload.Length + 1),
            1 => _payload.Length + random.Next(200),
            2 when kind != FuzzKind.Valid => random.Next(LongRoomBytes),
            _ => _payload.Length,
        };
        int expected = SlowLz4.Decompress(input, _expected.AsSpan(0, room));
        Span<byte> destination = _destination.Take(room);
        bool isAccepted = Lz4Block.TryDecompress(_source.TakeCopy(input), destination, out int written);
        if (!_destination.IsWholeBefore(room))
            throw new FuzzException("bytes before the destination were written");
        if (isAccepted != (expected >= 0) || written != Math.Max(expected, 0) || !destination[..written].SequenceEqual(_expected.AsSpan(0, written)))
            throw new FuzzException($"into {room} bytes, {written} came out; the slow decoder says {expected}, or other bytes");
        if (kind == FuzzKind.Valid && room >= _payload.Length && !destination[..written].SequenceEqual(_payload))
            throw new FuzzException("another payload was delivered");
        // In too little room a valid block is refused, as it should be.
        return isAccepted || (kind == FuzzKind.Valid && room < _payload.Length);
    }

    public void Dispose()
    {
        _source.Dispose();
        _destination.Dispose();
    }
}
