using Strata.Engine.Insight;
using Strata.Engine.Tests.Concurrency;
using Strata.Engine.Tests.Hashing;
using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests.Insight;

/// <summary>The estimates against the truth: the same requests to stores of the other capacities. On loops another mode of eviction may lead there.</summary>
public sealed class HitRatioEstimateTests
{
    private const int Capacity = 6 << 20;
    private const int Requests = 800_000;

    [Theory]
    [InlineData("zipf", 60_000, 0.9, 0.03)]
    [InlineData("zipf", 200_000, 0.7, 0.03)]
    [InlineData("zipf", 15_000, 0.6, 0.03)]
    [InlineData("drift", 40_000, 0.9, 0.03)]
    [InlineData("scan", 60_000, 0.9, 0.03)]
    [InlineData("loop", 60_000, 0.9, 0.06)]
    public void Estimate_TraceLikeLoad_IsWithinAFewPointsOfAReplay(string kind, int keyCount, double exponent, double tolerance)
    {
        var load = new TraceLoad(kind, keyCount, exponent);
        HitRatioEstimate? estimate = null;
        double measured = Replay(load, Capacity, o => o.EstimatesHitRatios = true, store => estimate = store.GetInsight().HitRatios);
        double half = Replay(load, Capacity / 2), twice = Replay(load, Capacity * 2), fourTimes = Replay(load, Capacity * 4);

        string found = $"half {half:F3}/{estimate!.AtHalf:F3} full {measured:F3}/{estimate.Measured:F3} twice {twice:F3}/{estimate.AtTwice:F3} four {fourTimes:F3}/{estimate.AtFourTimes:F3}, {estimate.SampledKeys} keys";
        Assert.Equal(measured, estimate.Measured, 0.0001);
        Assert.True(Math.Max(Math.Abs(estimate.AtHalf - half), Math.Max(Math.Abs(estimate.AtTwice - twice), Math.Abs(estimate.AtFourTimes - fourTimes))) < tolerance, found);
    }

    [Fact]
    public void Estimate_EntriesExpire_IsWithinAFewPointsOfAReplay()
    {
        var load = new TraceLoad("zipf", 40_000, 0.8);
        HitRatioEstimate? estimate = null;
        Replay(load, Capacity, o => (o.EstimatesHitRatios, o.DefaultTtl) = (true, TimeSpan.FromSeconds(30)), store => estimate = store.GetInsight().HitRatios, stepMs: 1);
        double half = Replay(load, Capacity / 2, o => o.DefaultTtl = TimeSpan.FromSeconds(30), stepMs: 1);
        double fourTimes = Replay(load, Capacity * 4, o => o.DefaultTtl = TimeSpan.FromSeconds(30), stepMs: 1);

        Assert.InRange(estimate!.AtHalf, half - 0.03, half + 0.03);
        Assert.InRange(estimate.AtFourTimes, fourTimes - 0.03, fourTimes + 0.03);
    }

    [Fact]
    public void Estimate_CapacityWasChanged_IsAboutTheNewOne()
    {
        var load = new TraceLoad("zipf", 60_000, 0.9);
        using var subject = new StoreUnderTest(o => (o.CapacityBytes, o.StripeCount, o.HashSecret, o.EstimatesHitRatios) = (4 * Capacity, 2, Secrets.FromSeed(3), true));
        subject.Store.SetCapacity(Capacity);
        Replay(load, subject.Store);
        HitRatioEstimate estimate = subject.Store.GetInsight().HitRatios!;
        double half = Replay(load, Capacity / 2), fourTimes = Replay(load, Capacity * 4);

        Assert.InRange(estimate.AtHalf, half - 0.03, half + 0.03);
        Assert.InRange(estimate.AtFourTimes, fourTimes - 0.03, fourTimes + 0.03);
    }

    [Fact]
    public void Estimate_NotAskedFor_IsNotMade()
    {
        using var subject = new StoreUnderTest();
        subject.Set("k"u8.ToArray(), 1, 10);
        subject.AssertHit("k"u8.ToArray(), 1, 10);

        Assert.Null(subject.Store.GetInsight().HitRatios);
    }

    [Fact]
    public void Estimate_TrafficChanges_FollowsIt()
    {
        using var subject = new StoreUnderTest(o => (o.EstimatesHitRatios, o.HashSecret) = (true, Secrets.FromSeed(3)));
        // Keys that are never asked for again: no capacity is large enough.
        Ask(requests: 100_000, key: i => i);
        HitRatioEstimate before = subject.Store.GetInsight().HitRatios!;
        // Then a few that fit half of the capacity.
        Ask(requests: 1_500_000, key: i => 1_000_000 + (i % 1000));
        HitRatioEstimate after = subject.Store.GetInsight().HitRatios!;

        Assert.InRange(before.AtFourTimes, 0, 0.01);
        Assert.InRange(after.AtHalf, 0.99, 1);
        Assert.InRange(after.Reads, 1, 1_500_000);

        void Ask(int requests, Func<int, int> key)
        {
            Span<byte> destination = stackalloc byte[200];
            for (int i = 0; i < requests; i++)
            {
                byte[] bytes = TestBytes.Key(key(i), 8);
                if (subject.Store.TryGet(bytes, destination, out int _) == ReadOutcome.Miss)
                    subject.Store.Set(bytes, destination);
                if (i % 1000 == 0)
                    subject.Store.Maintain();
            }
        }
    }

    [Fact]
    public void Estimate_ManyThreadsReadWriteRemoveAndClear_StaysSane()
    {
        using var subject = new StoreUnderTest(o => (o.EstimatesHitRatios, o.CapacityBytes, o.StripeCount) = (true, 2 << 20, 2));
        Crew.Run(4, member =>
        {
            var random = new SplitMix64((ulong)member);
            Span<byte> destination = stackalloc byte[300];
            for (int i = 0; i < 60_000; i++)
            {
                byte[] key = TestBytes.Key(random.Next(random.Next(20_000) + 1), 8);
                if (i % 20_000 == 19_999)
                    subject.Store.Clear();
                else if (i % 50 == 0)
                    subject.Store.Remove(key);
                else if (subject.Store.TryGet(key, destination, out int _) == ReadOutcome.Miss)
                    subject.Store.Set(key, destination[..random.Next(300)], new WriteOptions { Ttl = i % 5 == 0 ? TimeSpan.FromSeconds(1) : null });
                if (i % 500 == 0)
                    subject.Store.GetInsight(new InsightOptions { SampledEntries = 100 });
            }
        });

        HitRatioEstimate estimate = subject.Store.GetInsight().HitRatios!;
        Assert.InRange(estimate.AtHalf, 0, estimate.Measured + 0.02);
        Assert.InRange(estimate.AtTwice, estimate.Measured - 0.02, 1);
        Assert.InRange(estimate.AtFourTimes, estimate.AtTwice - 0.02, 1);
    }

    private static double Replay(TraceLoad load, long capacityBytes, Action<ByteStoreOptions>? configure = null, Action<ByteStore>? finish = null, int stepMs = 0)
    {
        using var subject = new StoreUnderTest(o =>
        {
            (o.CapacityBytes, o.StripeCount, o.HashSecret) = (capacityBytes, 2, Secrets.FromSeed(3));
            configure?.Invoke(o);
        });
        Replay(load, subject.Store, stepMs == 0 ? null : () => subject.AdvanceMs(stepMs));
        finish?.Invoke(subject.Store);
        return (double)subject.Statistics.Hits / Requests;
    }

    private static void Replay(TraceLoad load, ByteStore store, Action? everyTenRequests = null)
    {
        var value = new byte[600];
        var keyBytes = new byte[8];
        int request = 0;
        foreach (int key in load.Keys(Requests))
        {
            if (++request % 10 == 0)
                everyTenRequests?.Invoke();
            BitConverter.TryWriteBytes(keyBytes, (long)key);
            if (store.TryGet(keyBytes, value, out int _) == ReadOutcome.Miss)
                store.Set(keyBytes, value.AsSpan(0, TraceLoad.ValueBytes(key)));
        }
    }
}
