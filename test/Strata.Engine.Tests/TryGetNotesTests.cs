using Strata.TestKit;
using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests;

/// <summary>Notes read without the value.</summary>
public sealed class TryGetNotesTests
{
    private readonly byte[] _notes = new byte[WriteOptions.MaxNotesBytes];

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 1024)]
    [InlineData(100, 3)]
    [InlineData(7000, 1024)]
    [InlineData(200_000, 500)]
    public void TryGetNotes_OfAnyEntry_CopiesThem(int valueBytes, int notesBytes)
    {
        using var subject = new StoreUnderTest();
        foreach (int keyBytes in new[] { 1, 16, 4096 })
        {
            byte[] key = TestBytes.Key(1, keyBytes), notes = TestBytes.Value(2, notesBytes);
            foreach (bool isMarked in new[] { false, true })
            {
                subject.Store.Set(key, TestBytes.Value(1, valueBytes), new WriteOptions { Notes = notes, IsMarked = isMarked, Ttl = TimeSpan.FromSeconds(2), SoftTtl = TimeSpan.FromSeconds(1) });
                Assert.True(subject.Store.TryGetNotes(key, _notes, out int length));
                Assert.Equal(notes, _notes[..length]);
                subject.AdvanceMs(1_500);
                Assert.True(subject.Store.TryGetNotes(key, _notes, out length));
                Assert.Equal(notes, _notes[..length]);
                subject.AdvanceMs(1_000);
                Assert.False(subject.Store.TryGetNotes(key, _notes, out length));
                Assert.Equal(0, length);
            }
        }

        Assert.Equal((0, 0), (subject.Statistics.Hits, subject.Statistics.Misses));
    }

    [Fact]
    public void TryGetNotes_OfNothing_IsFalse()
    {
        using var subject = new StoreUnderTest();
        Assert.False(subject.Store.TryGetNotes("k"u8, _notes, out int length));
        Assert.Equal(0, length);
        Assert.Throws<ArgumentException>(() => subject.Store.TryGetNotes("k"u8, new byte[WriteOptions.MaxNotesBytes - 1], out _));
        Assert.Throws<ArgumentException>(() => subject.Store.TryGetNotes(default, _notes, out _));
        var disposed = new ByteStore(new ByteStoreOptions { CapacityBytes = 1 << 20 });
        disposed.Dispose();
        Assert.Throws<ObjectDisposedException>(() => disposed.TryGetNotes("k"u8, _notes, out _));
    }

    /// <summary>One entry is written over and over, in place too, and others around it are evicted: its notes are always those of one write.</summary>
    [Fact(Timeout = 60_000)]
    public async Task TryGetNotes_WhileTheEntryIsWritten_AreThoseOfOneWrite()
    {
        using var subject = new StoreUnderTest();
        ByteStore store = subject.Store;
        using var stop = new CancellationTokenSource();
        Task writer = Task.Run(() =>
        {
            Span<byte> notes = stackalloc byte[WriteOptions.MaxNotesBytes];
            for (int i = 0; !stop.IsCancellationRequested; i++)
            {
                notes.Fill((byte)i);
                store.Set("k"u8, "value"u8, new WriteOptions { Notes = notes[..(i % 4 == 0 ? 1 + i % 1000 : 1000)] });
                store.Set(TestBytes.Key(i % 500, 8), notes);
            }
        }, TestContext.Current.CancellationToken);
        int torn = 0;
        for (int i = 0; i < 300_000; i++)
        {
            if (store.TryGetNotes("k"u8, _notes, out int length) && _notes.AsSpan(0, length).ContainsAnyExcept(_notes[0]))
                torn++;
        }

        await stop.CancelAsync();
        await writer;
        Assert.Equal(0, torn);
    }

    [Fact]
    public void TryGetNotes_AllocatesNothing()
    {
        using var subject = new StoreUnderTest();
        subject.Store.Set("k"u8, "value"u8, new WriteOptions { Notes = "notes"u8 });
        Assert.True(Allocation.OfCalls(() => subject.Store.TryGetNotes("k"u8, _notes, out int length) && length == 5, out long bytes));
        Assert.Equal(0, bytes);
    }
}
