using Strata.Engine.Tests.Expiry;
using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests.Leases;

/// <summary>What the statistics say of leases.</summary>
[Collection(nameof(LeaseCollection))]
public sealed class LeaseGaugeTests
{
    private static readonly byte[] s_key = "leased"u8.ToArray();

    [Fact]
    public void Statistics_LeasesOfSeveralAges_ShowTheOldest()
    {
        using var subject = new StoreUnderTest();
        subject.Set(s_key, 1, 100, TimeSpan.FromMinutes(1));
        subject.Set("long"u8.ToArray(), 2, 60_000);
        Assert.Equal((0, 0, 0), Gauge(subject));
        subject.Store.TryLease(s_key, out ValueLease oldest);
        subject.AdvanceMs(30_000);
        subject.Store.TryLease("long"u8, out ValueLease next);
        subject.Store.TryGet("long"u8, new byte[60_000], out int _);
        subject.AdvanceMs(300_000);

        // Two words of the long value are one lease.
        Assert.Equal((2, 330_000), (subject.Statistics.Leases, subject.Statistics.OldestLeaseMs));
        subject.Store.Maintain();
        oldest.Dispose();
        Assert.Equal((1, 300_000), (subject.Statistics.Leases, subject.Statistics.OldestLeaseMs));
        next.Dispose();
        Assert.Equal((0, 0, 0), Gauge(subject));
    }

    [Fact]
    public void Statistics_TwoStores_CountEachItsOwn()
    {
        using var first = new StoreUnderTest();
        using var second = new StoreUnderTest();
        first.Set(s_key, 1, 100);
        second.Set(s_key, 1, 100);
        first.Store.TryLease(s_key, out ValueLease one);
        first.Store.TryLease(s_key, out ValueLease two);
        second.Store.TryLease(s_key, out ValueLease other);
        first.AdvanceMs(5);

        Assert.Equal((2, StoreUnderTest.SlabBytes, 5), Gauge(first));
        Assert.Equal((1, StoreUnderTest.SlabBytes, 0), Gauge(second));
        Array.ForEach([one, two, other], lease => lease.Dispose());
    }

    [Fact]
    public void Statistics_PinOfAReadUnderWay_IsNoLease()
    {
        using var subject = new StoreUnderTest();
        subject.Set(s_key, 1, 60_000);
        subject.Store.TryLease(s_key, out ValueLease former);
        former.Dispose();
        StoreStatistics during = default;
        // The read takes words that had a lease before, or others: neither is a lease now.
        subject.Store.TryGet(s_key, new CallbackBufferWriter(1000, () => during = subject.Statistics), out EntryInfo _);

        Assert.Equal((0, 0), (during.Leases, during.OldestLeaseMs));
        Assert.True(during.LeasedBytes > 0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void TryLease_ClockThrows_LeavesNothingHeld(int nth)
    {
        var clock = new HookedTimeProvider();
        using var subject = new StoreUnderTest(o => o.TimeProvider = clock);
        subject.Set(s_key, 1, 60_000, TimeSpan.FromHours(1));
        int first = clock.ReadingCount;
        clock.OnReading = () =>
        {
            if (clock.ReadingCount - first == nth)
                throw new TimeoutException("The clock is out of order.");
        };

        ValueLease lease = default;
        bool hasThrown = Record.Exception(() => subject.Store.TryLease(s_key, out lease)) is TimeoutException;

        clock.OnReading = null;
        Assert.Equal(hasThrown, clock.ReadingCount - first == nth);
        lease.Dispose();
        Assert.Equal((0, 0, 0), Gauge(subject));
    }

    private static (int Leases, long Bytes, long OldestMs) Gauge(StoreUnderTest subject)
    {
        StoreStatistics statistics = subject.Statistics;
        return (statistics.Leases, statistics.LeasedBytes, statistics.OldestLeaseMs);
    }
}
