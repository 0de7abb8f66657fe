using System.Buffers;
using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests.Leases;

/// <summary>What a lease gives, and how often it can be disposed.</summary>
[Collection(nameof(LeaseCollection))]
public sealed class LeaseTests
{
    /// <summary>The leases of one thread that are no copies.</summary>
    private const int Words = 6;

    private static readonly byte[] s_key = "leased"u8.ToArray();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(4096)]
    [InlineData(8000)]
    [InlineData(8192)]
    [InlineData(60_000)]
    [InlineData(100_000)]
    public void TryLease_Hit_GivesTheValue(int valueBytes)
    {
        using var subject = new StoreUnderTest();
        subject.Store.Set(s_key, TestBytes.Value(7, valueBytes), new WriteOptions { Versioned = true });
        Assert.True(subject.Store.TryGetInfo(s_key, out EntryInfo info));

        Assert.Equal(ReadOutcome.Hit, subject.Store.TryLease(s_key, out ValueLease lease));

        Assert.Equal((valueBytes, info.Version, false), (lease.Length, lease.Version, lease.IsCopy));
        AssertValue(lease, 7);
        Assert.Equal((1, 0), (subject.Statistics.Hits, subject.Statistics.Misses));
        lease.Dispose();
    }

    [Fact]
    public void TryLease_NoLiveEntry_Misses()
    {
        using var subject = new StoreUnderTest();
        subject.Set(s_key, 1, 10, TimeSpan.FromSeconds(1));
        subject.AdvanceMs(1000);

        Assert.Equal(ReadOutcome.Miss, subject.Store.TryLease(s_key, out ValueLease expired));
        Assert.Equal(ReadOutcome.Miss, subject.Store.TryLease("absent"u8, out ValueLease absent));

        foreach (ValueLease lease in new[] { expired, absent, default })
        {
            Assert.Equal((0, 0, false), (lease.Length, lease.Version, lease.IsCopy));
            Assert.True(lease.Span.IsEmpty);
            Assert.True(lease.Sequence.IsEmpty);
            lease.Dispose();
        }

        Assert.Equal((0, 2), (subject.Statistics.Hits, subject.Statistics.Misses));
        Assert.Equal(0, subject.Statistics.Leases);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(ByteStoreOptions.MaxKeyBytes + 1)]
    public void TryLease_BadKey_IsRefused(int keyBytes)
    {
        using var subject = new StoreUnderTest();

        Assert.Throws<ArgumentException>("key", () => subject.Store.TryLease(new byte[keyBytes], out _));
    }

    [Fact]
    public void TryLease_Hits_KeepTheEntryLikeOtherReads()
    {
        using var subject = new StoreUnderTest();
        subject.Set(s_key, 1, 1000);
        for (int i = 0; i < 5000; i++)
        {
            Assert.Equal(ReadOutcome.Hit, subject.Store.TryLease(s_key, out ValueLease lease));
            lease.Dispose();
            subject.Set(TestBytes.Key(i, 8), 2, 1000);
        }

        Assert.True(subject.Statistics.Evictions > 1000);
        subject.AssertHit(s_key, 1, 1000);
    }

    [Fact]
    public void Span_ValueInPieces_SaysToReadTheSequence()
    {
        using var subject = new StoreUnderTest();
        subject.Set(s_key, 1, 60_000);
        subject.Store.TryLease(s_key, out ValueLease lease);

        Assert.False(lease.IsContiguous);
        Assert.Contains("Sequence", Assert.Throws<InvalidOperationException>(() => lease.Span.Length).Message, StringComparison.Ordinal);
        Assert.False(lease.Sequence.IsSingleSegment);
        lease.Dispose();
    }

    [Theory]
    [InlineData(100, false)]
    [InlineData(100, true)]
    [InlineData(60_000, false)]
    [InlineData(60_000, true)]
    public void Dispose_SeveralCopiesOfOneLease_EndsItOnceAndNoOther(int valueBytes, bool isCopy)
    {
        using var subject = new StoreUnderTest();
        subject.Set(s_key, 1, valueBytes);
        ValueLease[] holders = isCopy ? HoldAllWords(subject) : [];
        subject.Store.TryLease(s_key, out ValueLease lease);
        Assert.Equal(isCopy, lease.IsCopy);
        ValueLease copy = lease;
        ReadOnlySequence<byte> sequence = lease.Sequence;

        lease.Dispose();
        subject.Set(s_key, 2, valueBytes);
        subject.Store.TryLease(s_key, out ValueLease next);
        lease.Dispose();
        copy.Dispose();
        subject.Store.TryLease(s_key, out ValueLease other);
        subject.Set(s_key, 3, valueBytes);
        lease.Dispose();
        copy.Dispose();

        AssertValue(next, 2);
        AssertValue(other, 2);
        Assert.Throws<ObjectDisposedException>(() => lease.Sequence.Length);
        Assert.Throws<ObjectDisposedException>(() => copy.Span.Length);
        foreach (ValueLease held in (ValueLease[])[next, other, .. holders])
            held.Dispose();
        if (!isCopy)
            Assert.Throws<ObjectDisposedException>(() => sequence.FirstSpan.Length);
        Assert.Equal(0, subject.Statistics.Leases);
    }

    [Fact]
    public void TryLease_MoreThanTheThreadHasWords_GivesCopies()
    {
        using var subject = new StoreUnderTest();
        ValueLease[] holders = HoldAllWords(subject);
        subject.Set(s_key, 1, 100);
        subject.Set("long"u8.ToArray(), 2, 60_000);
        subject.Set("empty"u8.ToArray(), 3, 0);

        Assert.Equal(ReadOutcome.Hit, subject.Store.TryLease(s_key, out ValueLease copy));
        Assert.Equal(ReadOutcome.Hit, subject.Store.TryLease("long"u8, out ValueLease longCopy));
        Assert.Equal(ReadOutcome.Hit, subject.Store.TryLease("empty"u8, out ValueLease emptyCopy));
        Assert.Equal(ReadOutcome.Miss, subject.Store.TryLease("absent"u8, out _));

        Assert.True(copy.IsCopy && longCopy.IsCopy && emptyCopy.IsCopy);
        Assert.True(longCopy.IsContiguous);
        subject.Store.Clear();
        AssertValue(copy, 1);
        AssertValue(longCopy, 2);
        AssertValue(emptyCopy, 3);
        Assert.Equal((Words, 3), (subject.Statistics.Leases, subject.Statistics.LeaseCopies));

        subject.Set(s_key, 4, 100);
        holders[0].Dispose();
        subject.Store.TryLease(s_key, out ValueLease again);
        Assert.False(again.IsCopy);
        foreach (ValueLease held in (ValueLease[])[copy, longCopy, emptyCopy, again, .. holders])
            held.Dispose();
    }

    [Fact]
    public void TryGet_AllLeaseWordsHeld_StillPinsWhatItReads()
    {
        using var subject = new StoreUnderTest();
        ValueLease[] holders = HoldAllWords(subject);
        subject.Set(s_key, 1, 60_000);
        long before = subject.Statistics.LeasedBytes, during = 0;
        var writer = new CallbackBufferWriter(1000, () => during = subject.Statistics.LeasedBytes);

        Assert.Equal(ReadOutcome.Hit, subject.Store.TryGet(s_key, writer, out EntryInfo _));

        Assert.True(during > before, $"{before} bytes were pinned before the read, and {during} in it.");
        foreach (ValueLease held in holders)
            held.Dispose();
    }

    [Fact]
    public void Sequence_Pinned_StaysWhereItIs()
    {
        using var subject = new StoreUnderTest();
        subject.Set(s_key, 1, 60_000);
        subject.Store.TryLease(s_key, out ValueLease lease);
        foreach (ReadOnlyMemory<byte> piece in lease.Sequence)
        {
            using MemoryHandle handle = piece.Pin();
            Assert.False(piece.IsEmpty && lease.Length == 0);
        }

        AssertValue(lease, 1);
        lease.Dispose();
    }

    internal static void AssertValue(ValueLease lease, ulong seed)
    {
        Assert.Equal(lease.Length, lease.Sequence.Length);
        Assert.True(TestBytes.IsValue(lease.Sequence.ToArray(), seed), $"The leased value of {lease.Length} bytes is not the one written with seed {seed}.");
        if (lease.IsContiguous)
            Assert.True(TestBytes.IsValue(lease.Span, seed), $"The span of {lease.Length} bytes is not the value written with seed {seed}.");
    }

    private static ValueLease[] HoldAllWords(StoreUnderTest subject)
    {
        subject.Set("held"u8.ToArray(), 9, 10);
        var leases = new ValueLease[Words];
        for (int i = 0; i < Words; i++)
        {
            subject.Store.TryLease("held"u8, out leases[i]);
            Assert.False(leases[i].IsCopy);
        }

        return leases;
    }
}
