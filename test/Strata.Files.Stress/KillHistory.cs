using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Strata.TestKit.Bytes;

namespace Strata.Files.Stress;

/// <summary>What a killed writer does, batch by batch, so that both sides know it: each batch writes new keys, overwrites some of the batch before, and removes others of it.</summary>
internal static class KillHistory
{
    public const int BatchKeys = 200;
    private const int OverwrittenOf = 7;
    private const int RemovedOf = 10;
    private const int RemovedRest = 3;
    private const int HeadBytes = 16;

    public static byte[] Key(int round, int index) => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"round:{round}:key:{index}"));

    public static bool IsOverwritten(int index) => index % OverwrittenOf == 0;

    public static bool IsRemoved(int index) => index % RemovedOf == RemovedRest;

    /// <summary>A value that says whose it is and which version.</summary>
    public static byte[] Value(int round, int index, int version)
    {
        ulong seed = SeedOf(round, index, version);
        byte[] value = new byte[HeadBytes + (int)(seed % 3_000)];
        BinaryPrimitives.WriteInt32LittleEndian(value, round);
        BinaryPrimitives.WriteInt32LittleEndian(value.AsSpan(4), index);
        BinaryPrimitives.WriteInt32LittleEndian(value.AsSpan(8), version);
        BinaryPrimitives.WriteInt32LittleEndian(value.AsSpan(12), value.Length);
        TestBytes.Fill(value.AsSpan(HeadBytes), seed);
        return value;
    }

    /// <summary>Which version of a key these bytes are; -1 when they are none.</summary>
    public static int VersionOf(ReadOnlySpan<byte> value, int round, int index)
    {
        for (int version = 0; version < 2; version++)
        {
            if (value.SequenceEqual(Value(round, index, version)))
                return version;
        }

        return -1;
    }

    private static ulong SeedOf(int round, int index, int version) => new SplitMix64(((ulong)round << 40) ^ ((ulong)index << 8) ^ (ulong)version).Next();
}
