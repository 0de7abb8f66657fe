using System.Buffers;
using Strata.Engine.Removals;
using Strata.Engine.Tests.Concurrency;
using Strata.Engine.Tests.Removals;
using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests;

/// <summary>What the store keeps beside a value for its caller: notes and a mark.</summary>
public sealed class NotesTests
{
    private static readonly byte[] s_key = "noted"u8.ToArray();

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 1024)]
    [InlineData(100, 3)]
    [InlineData(4095, 0)]
    [InlineData(4095, 100)]
    [InlineData(4096, 0)]
    [InlineData(4096, 100)]
    [InlineData(7000, 1024)]
    [InlineData(8100, 100)]
    [InlineData(8192, 1)]
    [InlineData(30_000, 1024)]
    [InlineData(200_000, 500)]
    public void AnyRead_EntryWithNotes_DeliversValueAndNotesApart(int valueBytes, int notesBytes)
    {
        using var subject = new StoreUnderTest();
        foreach (int keyBytes in new[] { 1, 16, 4096 })
        {
            byte[] key = TestBytes.Key(1, keyBytes), value = TestBytes.Value(1, valueBytes), notes = TestBytes.Value(2, notesBytes);
            foreach (bool inPieces in new[] { false, true })
            {
                Assert.Equal(WriteOutcome.Stored, inPieces
                    ? subject.Store.Set(key, ByteSequence.Cut(value, 1 + valueBytes / 3), new WriteOptions { Notes = notes })
                    : subject.Store.Set(key, value, new WriteOptions { Notes = notes }));
                AssertReads(subject, key, value, notes);
            }
        }
    }

    [Fact]
    public void Set_SameLengthInPlace_TakesValueFromNotesAndBack()
    {
        using var subject = new StoreUnderTest();
        for (int i = 0; i < 200; i++)
        {
            // Header, notes and value together stay the same: 4 bytes more of header for notes.
            int notesBytes = i % 3 == 0 ? 0 : i % 90;
            byte[] value = TestBytes.Value((ulong)i, 100 - notesBytes - (notesBytes != 0 ? 4 : 0)), notes = TestBytes.Value(~(ulong)i, notesBytes);
            subject.Store.Set(s_key, value, new WriteOptions { Notes = notes });
            AssertReads(subject, s_key, value, notes);
        }

        Assert.Equal(1, subject.Statistics.EntryCount);
        // One slab: each write stood in the place of the one before it.
        Assert.Equal(StoreUnderTest.SlabBytes, subject.Statistics.SlabBytes);
    }

    [Fact]
    public void Set_NotesTooLong_ThrowsNamingLengthAndLimit()
    {
        using var subject = new StoreUnderTest();

        ArgumentException exception = Assert.Throws<ArgumentException>(() => subject.Store.Set(s_key, "v"u8, new WriteOptions { Notes = new byte[1025] }));

        Assert.Contains("1025", exception.Message, StringComparison.Ordinal);
        Assert.Contains("1024", exception.Message, StringComparison.Ordinal);
        Assert.False(subject.Contains(s_key));
    }

    [Fact]
    public void TryGetEntry_ShortDestinationOfNotes_Throws()
    {
        using var subject = new StoreUnderTest();

        Assert.Throws<ArgumentException>(() => subject.Store.TryGetEntry(s_key, new byte[10], new byte[WriteOptions.MaxNotesBytes - 1], out _));
        Assert.Throws<ArgumentException>(() => subject.Store.TryGet(s_key, new ArrayBufferWriter<byte>(), [], out _));
    }

    [Fact]
    public void Touch_EntryWithEverything_KeepsIt()
    {
        using var subject = new StoreUnderTest();
        byte[] value = TestBytes.Value(1, 500), notes = TestBytes.Value(2, 99);
        subject.Store.Set(s_key, value, new WriteOptions { Notes = notes, IsMarked = true, Versioned = true, SoftTtl = TimeSpan.FromMilliseconds(70) }, out long version);

        Assert.Equal(WriteOutcome.Stored, subject.Store.Touch(s_key, TimeSpan.FromMilliseconds(90)));

        EntryInfo info = AssertReads(subject, s_key, value, notes);
        Assert.Equal((version, 70, 90, true), (info.Version, info.SoftExpiresInMs, info.ExpiresInMs, info.IsMarked));
    }

    [Fact]
    public void Compaction_EntriesWithEverything_KeepsThem()
    {
        using var subject = new StoreUnderTest();
        var versions = new long[600];
        for (int i = 0; i < versions.Length; i++)
        {
            subject.Store.Set(TestBytes.Key(i, 8), TestBytes.Value((ulong)i, 100), EverythingOf(i), out versions[i]);
            subject.Set(TestBytes.Key(10_000 + i, 8), 1, 300);
        }

        // What stands between them goes, and they are copied together.
        for (int i = 0; i < versions.Length; i++)
            subject.Store.Remove(TestBytes.Key(10_000 + i, 8));
        for (int round = 0; round < 50; round++)
            subject.Store.Maintain();

        Assert.Equal(0, subject.Statistics.Evictions);
        Assert.True(subject.Statistics.CopiedByCompactionBytes > 600 * 100, "Too little was copied, so the test proves nothing.");
        for (int i = 0; i < versions.Length; i++)
        {
            EntryInfo info = AssertReads(subject, TestBytes.Key(i, 8), TestBytes.Value((ulong)i, 100), TestBytes.Value(~(ulong)i, 1 + i));
            Assert.Equal((versions[i], 50_000, i % 2 == 0 ? 90_000 : long.MaxValue, i % 3 == 0), (info.Version, info.SoftExpiresInMs, info.ExpiresInMs, info.IsMarked));
        }

        static WriteOptions EverythingOf(int i) => new()
        {
            Notes = TestBytes.Value(~(ulong)i, 1 + i),
            IsMarked = i % 3 == 0,
            Versioned = true,
            SoftTtl = TimeSpan.FromMilliseconds(50_000),
            Ttl = i % 2 == 0 ? TimeSpan.FromMilliseconds(90_000) : null,
        };
    }

    [Theory]
    [InlineData(100)]
    [InlineData(20_000)]
    public void RemovalListener_EntryWithNotes_IsToldOfThem(int valueBytes)
    {
        List<Removal> told = [];
        using var subject = new StoreUnderTest(o =>
        {
            o.RemovalValueBytes = 30_000;
            o.RemovalListener = (in RemovedEntry entry) => told.Add(Removal.Of(in entry));
        });
        subject.Store.Set(s_key, TestBytes.Value(1, valueBytes), new WriteOptions { Notes = "some notes"u8 });

        subject.Store.Remove(s_key);

        subject.Store.DeliverRemovals();
        Removal removal = Assert.Single(told);
        Assert.Equal("some notes"u8.ToArray(), removal.Notes);
        Assert.Equal(TestBytes.Value(1, valueBytes), removal.Value);
        Assert.Equal(s_key, removal.Key);
        Assert.Equal(1, removal.EntryCount);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(30_000)]
    public void PlainReads_MarkedEntry_DeliverAndCountNothing(int valueBytes)
    {
        using var subject = new StoreUnderTest();
        byte[] value = TestBytes.Value(1, valueBytes), destination = new byte[valueBytes];
        subject.Store.Set(s_key, value, new WriteOptions { IsMarked = true, Ttl = TimeSpan.FromMilliseconds(10) });
        var reads = new BatchRead[1];

        Assert.Equal(ReadOutcome.Marked, subject.Store.TryGet(s_key, destination, out int length));
        Assert.Equal(valueBytes, length);
        Assert.Equal(ReadOutcome.Marked, subject.Store.TryLease(s_key, out ValueLease lease));
        Assert.Equal(0, lease.Length);
        Assert.Equal(0, subject.Store.TryGetMany(new ByteSpans(s_key, [s_key.Length]), destination, reads));
        Assert.Equal(new BatchRead(ReadOutcome.Marked, 0, valueBytes), reads[0]);

        Assert.Equal(-1, destination.AsSpan().IndexOfAnyExcept((byte)0));
        Assert.Equal((0, 0, 0), (subject.Statistics.Hits, subject.Statistics.Misses, subject.Statistics.Leases));
        AssertReads(subject, s_key, value, []);
        Assert.Equal(2, subject.Statistics.Hits);
        subject.AdvanceMs(10);
        Assert.Equal(ReadOutcome.Miss, subject.Store.TryGet(s_key, destination, out length));
        Assert.Equal(ReadOutcome.Miss, subject.Store.TryLease(s_key, out _));
    }

    [Fact]
    public void TryGetEntry_WhileOthersOverwrite_NeverMixesNotesAndValue()
    {
        const int Keys = 4, Writes = 60_000;
        using var subject = new StoreUnderTest(o => o.BackgroundMaintenance = true);
        bool isWriting = true;
        Crew.Run(3, member =>
        {
            var random = new Random(member);
            if (member == 0)
            {
                for (int i = 0; i < Writes; i++)
                {
                    // Values of a key mostly have one length, so that most writes are in place.
                    byte[] value = TestBytes.Value((ulong)i, random.Next(20) == 0 ? 50 : 120);
                    BitConverter.TryWriteBytes(value, (long)i);
                    subject.Store.Set(TestBytes.Key(i % Keys, 8), value, new WriteOptions { Notes = value.AsSpan(0, 40), IsMarked = i % 5 == 0 });
                }

                Volatile.Write(ref isWriting, false);
                return;
            }

            byte[] read = new byte[200], notes = new byte[WriteOptions.MaxNotesBytes];
            while (Volatile.Read(ref isWriting))
            {
                ReadOutcome outcome = subject.Store.TryGetEntry(TestBytes.Key(random.Next(Keys), 8), read, notes, out EntryInfo info);
                if (outcome == ReadOutcome.Miss)
                    continue;
                Assert.Equal(ReadOutcome.Hit, outcome);
                Assert.Equal(40, info.NotesBytes);
                byte[] expected = TestBytes.Value(BitConverter.ToUInt64(read), info.ValueBytes);
                Assert.True(expected.AsSpan(8).SequenceEqual(read.AsSpan(8, info.ValueBytes - 8)), "A torn value.");
                Assert.True(read.AsSpan(0, 40).SequenceEqual(notes.AsSpan(0, 40)), "The notes are of another write than the value.");
            }
        });
    }

    private static EntryInfo AssertReads(StoreUnderTest subject, byte[] key, byte[] value, byte[] notes)
    {
        byte[] destination = new byte[value.Length], notesRead = new byte[WriteOptions.MaxNotesBytes];
        Assert.Equal(ReadOutcome.Hit, subject.Store.TryGetEntry(key, destination, notesRead, out EntryInfo info));
        Assert.Equal((value.Length, notes.Length), (info.ValueBytes, info.NotesBytes));
        Assert.Equal(value, destination);
        Assert.Equal(notes, notesRead.AsSpan(0, notes.Length));
        Assert.Equal(-1, notesRead.AsSpan(notes.Length).IndexOfAnyExcept((byte)0));
        var writer = new ArrayBufferWriter<byte>();
        notesRead.AsSpan().Clear();
        Assert.Equal(ReadOutcome.Hit, subject.Store.TryGet(key, writer, notesRead, out EntryInfo again));
        Assert.Equal(info, again);
        Assert.Equal(value, writer.WrittenSpan);
        Assert.Equal(notes, notesRead.AsSpan(0, notes.Length));
        if (info.IsMarked)
            return info;
        destination.AsSpan().Clear();
        Assert.Equal(ReadOutcome.Hit, subject.Store.TryGet(key, destination, out int _));
        Assert.Equal(value, destination);
        Assert.Equal(ReadOutcome.Hit, subject.Store.TryLease(key, out ValueLease lease));
        Assert.Equal(value, lease.Sequence.ToArray());
        lease.Dispose();
        return info;
    }
}
