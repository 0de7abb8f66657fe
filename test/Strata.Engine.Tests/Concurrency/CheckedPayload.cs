using System.Buffers.Binary;
using Strata.TestKit.Bytes;

namespace Strata.Engine.Tests.Concurrency;

/// <summary>
/// A value that proves itself: its first words name the key, the length and a number, and the rest follows from them, so that a torn,
/// stale-sized or foreign value cannot pass.
/// </summary>
internal static class CheckedPayload
{
    public const int MinBytes = 16;

    public static void Write(Span<byte> value, int key, ulong number)
    {
        BinaryPrimitives.WriteInt32LittleEndian(value, key);
        BinaryPrimitives.WriteInt32LittleEndian(value[4..], value.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(value[8..], number);
        TestBytes.Fill(value[MinBytes..], SeedOf(key, value.Length, number));
    }

    /// <summary>What is wrong with a value read for this key, or null.</summary>
    public static string? Check(ReadOnlySpan<byte> value, int key)
    {
        if (value.Length < MinBytes)
            return $"a value of {value.Length} bytes was never written";
        int writtenKey = BinaryPrimitives.ReadInt32LittleEndian(value);
        int writtenLength = BinaryPrimitives.ReadInt32LittleEndian(value[4..]);
        ulong number = BinaryPrimitives.ReadUInt64LittleEndian(value[8..]);
        if (writtenKey != key)
            return $"the value belongs to key {writtenKey}, not {key}";
        if (writtenLength != value.Length)
            return $"the value was written with {writtenLength} bytes, not {value.Length}";
        return TestBytes.IsValue(value[MinBytes..], SeedOf(key, value.Length, number)) ? null : $"the value of key {key}, number {number}, is torn";
    }

    private static ulong SeedOf(int key, int length, ulong number) => number ^ ((ulong)(uint)key << 32) ^ (uint)length;
}
