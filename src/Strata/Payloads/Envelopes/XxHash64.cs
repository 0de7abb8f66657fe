using System.Buffers.Binary;
using System.Numerics;

namespace Strata.Payloads.Envelopes;

/// <summary>
/// XXH64 (Collet, "xxHash fast digest algorithm"): the same on every machine, in every process and in other languages. It finds what was damaged; it does not keep
/// anybody from making other bytes with the same hash.
/// </summary>
internal static class XxHash64
{
    private const ulong Prime1 = 0x9E3779B185EBCA87;
    private const ulong Prime2 = 0xC2B2AE3D27D4EB4F;
    private const ulong Prime3 = 0x165667B19E3779F9;
    private const ulong Prime4 = 0x85EBCA77C2B2AE63;
    private const ulong Prime5 = 0x27D4EB2F165667C5;
    private const int LaneBytes = sizeof(ulong);
    private const int StripeBytes = 4 * LaneBytes;

    /// <summary>Hashes bytes. What one call returns may be the seed of the next, so that several spans have one hash.</summary>
    public static ulong Compute(ReadOnlySpan<byte> bytes, ulong seed)
    {
        ulong hash = bytes.Length < StripeBytes ? seed + Prime5 : Stripes(bytes, seed);
        hash += (ulong)bytes.Length;
        ReadOnlySpan<byte> rest = bytes[(bytes.Length & -StripeBytes)..];
        for (; rest.Length >= LaneBytes; rest = rest[LaneBytes..])
            hash = (BitOperations.RotateLeft(hash ^ Round(0, Lane(rest)), 27) * Prime1) + Prime4;
        if (rest.Length >= sizeof(uint))
        {
            hash = (BitOperations.RotateLeft(hash ^ (BinaryPrimitives.ReadUInt32LittleEndian(rest) * Prime1), 23) * Prime2) + Prime3;
            rest = rest[sizeof(uint)..];
        }

        foreach (byte last in rest)
            hash = BitOperations.RotateLeft(hash ^ (last * Prime5), 11) * Prime1;
        hash = (hash ^ (hash >> 33)) * Prime2;
        hash = (hash ^ (hash >> 29)) * Prime3;
        return hash ^ (hash >> 32);
    }

    /// <summary>All whole stripes, in four sums that do not wait for each other.</summary>
    private static ulong Stripes(ReadOnlySpan<byte> bytes, ulong seed)
    {
        ulong first = seed + Prime1 + Prime2, second = seed + Prime2, third = seed, fourth = seed - Prime1;
        for (; bytes.Length >= StripeBytes; bytes = bytes[StripeBytes..])
        {
            first = Round(first, Lane(bytes));
            second = Round(second, Lane(bytes[LaneBytes..]));
            third = Round(third, Lane(bytes[(2 * LaneBytes)..]));
            fourth = Round(fourth, Lane(bytes[(3 * LaneBytes)..]));
        }

        ulong hash = BitOperations.RotateLeft(first, 1) + BitOperations.RotateLeft(second, 7) + BitOperations.RotateLeft(third, 12) + BitOperations.RotateLeft(fourth, 18);
        hash = Merge(Merge(Merge(Merge(hash, first), second), third), fourth);
        return hash;
    }

    private static ulong Merge(ulong hash, ulong sum) => ((hash ^ Round(0, sum)) * Prime1) + Prime4;

    private static ulong Round(ulong sum, ulong lane) => BitOperations.RotateLeft(sum + (lane * Prime2), 31) * Prime1;

    private static ulong Lane(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt64LittleEndian(bytes);
}
