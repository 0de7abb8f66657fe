using System.Buffers.Binary;

namespace Strata.Engine.Stress.Fuzz;

/// <summary>A decoder of "length 4, bytes, sum 1" with one fault or none: what the run must catch.</summary>
internal sealed class ControlTarget(FuzzFault fault) : IFuzzTarget
{
    private const int MaxPayloadBytes = 40;
    private const int MaxLength = 1 << 24;

    private readonly GuardedMemory _memory = new(MaxPayloadBytes);
    private byte[] _payload = [];

    public string Name => "control";

    public byte[] MakeValid(Random random)
    {
        _payload = new byte[random.Next(MaxPayloadBytes)];
        random.NextBytes(_payload);
        byte[] input = [0, 0, 0, 0, .. _payload, Sum(_payload)];
        BinaryPrimitives.WriteInt32LittleEndian(input, _payload.Length);
        return input;
    }

    public long MaxAllocatedBytes(int inputBytes) => 1_024;

    public bool Decode(ReadOnlySpan<byte> input, FuzzKind kind, Random random)
    {
        if (input.Length < 5)
            return false;
        int length = BinaryPrimitives.ReadInt32LittleEndian(input);
        if (fault == FuzzFault.AllocatesByLength && length is > 0 and < MaxLength)
            GC.KeepAlive(new byte[length]);
        if (length != input.Length - 5 && fault != FuzzFault.Throws)
            return false;
        ReadOnlySpan<byte> payload = input.Slice(4, length);
        if (fault == FuzzFault.RefusesValid && payload.IsEmpty)
            return false;
        if (Sum(payload) != input[^1] && fault != FuzzFault.AcceptsDamage)
            return false;
        if (payload.Length > MaxPayloadBytes - 1)
            return false;
        Span<byte> room = _memory.Take(MaxPayloadBytes);
        Span<byte> decoded = room[..payload.Length];
        payload.CopyTo(decoded);
        if (fault == FuzzFault.WritesBeyond)
            room[payload.Length] = 1;
        if (room[payload.Length..].ContainsAnyExcept(GuardedMemory.Guard))
            throw new FuzzException("bytes behind the payload were written");
        // A changed payload of the same sum is as good as another one: only single changes are known to be found.
        if (kind == FuzzKind.Valid && !decoded.SequenceEqual(_payload))
            throw new FuzzException("another payload was delivered");
        if (Sum(decoded) != input[^1])
            throw new FuzzException("damage was accepted");
        return true;
    }

    public void Dispose() => _memory.Dispose();

    private static byte Sum(ReadOnlySpan<byte> bytes)
    {
        byte sum = 1;
        foreach (byte value in bytes)
            sum += value;
        return sum;
    }
}
