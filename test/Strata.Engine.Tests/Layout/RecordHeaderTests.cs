using Strata.Engine.Layout;
using Xunit;

namespace Strata.Engine.Tests.Layout;

public sealed class RecordHeaderTests
{
    private static readonly int[] s_keyBytes = [1, 2, 7, 8, 9, 255, 4095, 4096];
    private static readonly int[] s_valueBytes = [0, 1, 7, 8, 4095, 4096, 100_000, ByteStoreOptions.LimitValueBytes];
    private static readonly int[] s_notesBytes = [0, 1, 100, WriteOptions.MaxNotesBytes];
    private static readonly int[] s_slabBytes = [8 << 10, 64 << 10, 1 << 20];

    public static TheoryData<int> AllFlags => [.. Enumerable.Range(0, 256)];

    [Fact]
    public void IsWhole_AnyFlags_HoldsForLiveUnchainedUnmarkedRecordsOfThatKeyLength()
    {
        for (int flagBits = 0; flagBits < 256; flagBits++)
        {
            var flags = (RecordFlags)flagBits;
            bool isWhole = (flags & (RecordFlags.Chain | RecordFlags.Dead | RecordFlags.Watched | RecordFlags.Marked)) == 0;
            foreach (int keyBytes in new[] { 1, 24, ByteStoreOptions.MaxKeyBytes })
            {
                var header = new RecordHeader(keyBytes, int.MaxValue, flags);

                Assert.Equal(isWhole, header.IsWhole(keyBytes));
                Assert.False(header.IsWhole((keyBytes % ByteStoreOptions.MaxKeyBytes) + 1));
            }
        }

        Assert.False(Read(ulong.MaxValue).IsWhole(ByteStoreOptions.MaxKeyBytes));
    }

    [Theory]
    [MemberData(nameof(AllFlags))]
    public void Constructor_AnyParts_GivesThemBack(int flagBits)
    {
        RecordFlags flags = (RecordFlags)flagBits & ~RecordFlags.Wide;
        foreach (int keyBytes in s_keyBytes)
        {
            foreach (int valueBytes in s_valueBytes)
            {
                foreach (int notesBytes in s_notesBytes)
                {
                    var header = new RecordHeader(keyBytes, valueBytes, flags, notesBytes);

                    RecordFlags expected = flags | (valueBytes >= RecordHeader.WideValueBytes || notesBytes > 0 ? RecordFlags.Wide : 0);
                    Assert.Equal((keyBytes, valueBytes, notesBytes, expected), Parts(header));
                    Assert.Equal(Parts(header), Parts(WrittenAndRead(header)));
                    foreach (RecordFlags flag in new[] { RecordFlags.Soft, RecordFlags.Expiry, RecordFlags.Version, RecordFlags.Chain, RecordFlags.Dead, RecordFlags.Marked })
                    {
                        Assert.Equal(flags.HasFlag(flag), header.Has(flag));
                        Assert.Equal((keyBytes, valueBytes, notesBytes, expected | flag), Parts(header.With(flag)));
                    }
                }
            }
        }
    }

    [Fact]
    public void Read_AnyBytes_AnnouncesALengthThatIsNotNegative()
    {
        var random = new Random(1);
        for (int i = 0; i < 10_000; i++)
        {
            RecordHeader header = Read((ulong)random.NextInt64(long.MinValue, long.MaxValue));

            Assert.InRange(header.ValueBytes, 0, int.MaxValue);
            Assert.InRange(header.KeyOffset + header.KeyBytes, 5, RecordHeader.LongestKeyOffset + ByteStoreOptions.MaxKeyBytes);
        }
    }

    [Fact]
    public void Write_WithAnotherFlag_ChangesNothingElse()
    {
        foreach (int valueBytes in s_valueBytes)
        {
            RecordHeader dead = WrittenAndRead(new RecordHeader(9, valueBytes, RecordFlags.Version).With(RecordFlags.Dead));

            Assert.Equal((9, valueBytes, true, true), (dead.KeyBytes, dead.ValueBytes, dead.Has(RecordFlags.Dead), dead.Has(RecordFlags.Version)));
        }
    }

    public static TheoryData<int, int> FlagsAndValues
    {
        get
        {
            var data = new TheoryData<int, int>();
            for (int flagBits = 0; flagBits < 256; flagBits++)
            {
                data.Add(flagBits, 30);
                data.Add(flagBits, 4095);
                data.Add(flagBits, 4096);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(FlagsAndValues))]
    public void OffsetOf_AnnouncedWords_StandOneBehindTheOtherBeforeTheKey(int flagBits, int valueBytes)
    {
        var header = new RecordHeader(20, valueBytes, (RecordFlags)flagBits & ~RecordFlags.Wide);
        int expected = valueBytes < 4096 ? 4 : 8;
        Assert.Equal(expected, header.HeaderBytes);
        foreach (RecordFlags flag in new[] { RecordFlags.Soft, RecordFlags.Expiry, RecordFlags.Version, RecordFlags.Chain })
        {
            if (!header.Has(flag))
                continue;
            Assert.Equal(expected, header.OffsetOf(flag));
            expected += sizeof(ulong);
        }

        Assert.Equal(expected, header.KeyOffset);
    }

    [Fact]
    public void RecordBytes_PlainRecord_IsHeaderKeyValueAndPaddingOnly()
    {
        foreach (int keyBytes in s_keyBytes)
        {
            for (int valueBytes = 0; valueBytes < 40; valueBytes++)
            {
                int bytes = new RecordHeader(keyBytes, valueBytes, default).RecordBytes(8 << 10);

                Assert.Equal(0, bytes % 4);
                Assert.InRange(bytes - (4 + keyBytes + valueBytes), 0, 3);
            }
        }
    }

    [Fact]
    public void Chain_AnyLongValue_IsCoveredExactlyAndFitsItsSlab()
    {
        foreach (int slabBytes in s_slabBytes)
        {
            foreach (int keyBytes in s_keyBytes)
            {
                foreach (int pages in new[] { 1, 2, 5 })
                {
                    foreach (int rest in new[] { 0, 1, 100, slabBytes / 2, slabBytes - 200, slabBytes - 33, slabBytes - 1 })
                    {
                        int valueBytes = (pages * slabBytes) + rest, notesBytes = s_notesBytes[(pages + rest) % s_notesBytes.Length];
                        var header = new RecordHeader(keyBytes, valueBytes, RecordFlags.Chain | RecordFlags.Soft | RecordFlags.Expiry | RecordFlags.Version, notesBytes);
                        int inline = header.InlineValueBytes(slabBytes);
                        long chained = valueBytes - inline;

                        Assert.InRange(inline, 0, slabBytes);
                        Assert.InRange(header.ChainPages(slabBytes), (chained + slabBytes - 1) / slabBytes, (chained + slabBytes - 1) / slabBytes);
                        Assert.InRange(header.RecordBytes(slabBytes), 1, slabBytes);
                    }
                }
            }
        }
    }

    [Fact]
    public void FitsSlab_WhatFits_StaysInItsSlabWithEveryOptionalWord()
    {
        foreach (int slabBytes in s_slabBytes)
        {
            foreach (int keyBytes in s_keyBytes)
            {
                foreach (int notesBytes in s_notesBytes)
                {
                    for (int valueBytes = slabBytes - keyBytes - notesBytes - 64; valueBytes <= slabBytes; valueBytes++)
                    {
                        if (!RecordHeader.FitsSlab(keyBytes, notesBytes, valueBytes, slabBytes))
                            continue;
                        var header = new RecordHeader(keyBytes, valueBytes, RecordFlags.Soft | RecordFlags.Expiry | RecordFlags.Version, notesBytes);
                        Assert.InRange(header.RecordBytes(slabBytes), 1, slabBytes);
                    }
                }
            }
        }
    }

    private static unsafe RecordHeader Read(ulong word) => RecordHeader.Read((byte*)&word);

    private static unsafe RecordHeader WrittenAndRead(RecordHeader header)
    {
        ulong word = ulong.MaxValue;
        header.Write((byte*)&word);
        return RecordHeader.Read((byte*)&word);
    }

    private static (int, int, int, RecordFlags) Parts(RecordHeader header) => (header.KeyBytes, header.ValueBytes, header.NotesBytes, header.Flags);
}
