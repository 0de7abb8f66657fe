using Strata.Engine.Hashing;

namespace Strata.Engine.Tests.Hashing;

/// <summary>Calls the hash with a key that stands at any offset among other bytes, so that a hash that looks beyond its key is caught.</summary>
internal static class KeyHashCaller
{
    private const int MarginBytes = 16;

    public static ulong Compute(ReadOnlySpan<byte> key, HashSecret secret, int offset = 0)
    {
        var room = new byte[offset + key.Length + MarginBytes];
        room.AsSpan().Fill(0xEE);
        key.CopyTo(room.AsSpan(offset));
        return KeyHash.Compute(room.AsSpan(offset, key.Length), secret);
    }
}
