using Strata.Engine.Expiry;
using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests.Expiry;

public sealed class SweepPlanTests
{
    private const long NowMs = 1_000_000;

    [Fact]
    public void NextMs_NothingExpires_IsNever() => Assert.Equal(long.MaxValue, NextMs(100, []));

    [Fact]
    public void NextMs_FewerBytesThanAsked_IsTheLastExpiry() =>
        Assert.Equal(NowMs + 70_000, NextMs(100, [(NowMs + 500, 40), (NowMs + 70_000, 40), (long.MaxValue, 1000)]));

    [Fact]
    public void NextMs_AllCloseTogether_IsTheLastExpiry() =>
        Assert.Equal(NowMs + 100_900, NextMs(10, [.. Enumerable.Range(0, 10).Select(i => (NowMs + 100_000 + (i * 100L), 50L))]));

    [Fact]
    public void NextMs_PartIsTooCoarse_IsItsFirstExpiry() =>
        Assert.Equal(NowMs + 100_000, NextMs(10, [.. Enumerable.Range(0, 10).Select(i => (NowMs + 100_000 + (i * 1000L), 50L))]));

    [Fact]
    public void NextMs_SweptAgainAndAgain_NeverMissesMoreThanTwiceTheBytes()
    {
        var random = new SplitMix64(7);
        const long Step = 50;
        for (int round = 0; round < 200; round++)
        {
            long spreadMs = 1L << random.Next(30);
            (long ExpiryMs, long Bytes)[] records = [.. Enumerable.Range(0, 300).Select(_ => (NowMs + 1 + (long)(random.Next() % (ulong)spreadMs), 10L))];
            long last = records.Max(r => r.ExpiryMs);
            int sweeps = 0;
            for (long nowMs = NowMs; nowMs < last;)
            {
                long nextMs = NextMs(Step, [.. records.Where(r => r.ExpiryMs > nowMs)], nowMs);
                Assert.InRange(nextMs, nowMs + 1, last);
                // Those that expire together, or nearly so, come at once.
                long toleranceMs = ((nextMs - nowMs) / 64) + TtlWheel.TickMs;
                Assert.InRange(records.Where(r => r.ExpiryMs > nowMs && r.ExpiryMs < nextMs - toleranceMs).Sum(r => r.Bytes), 0, 2 * Step);
                nowMs = nextMs;
                sweeps++;
            }

            Assert.InRange(sweeps, 1, 4 * (int)(3000 / Step));
        }
    }

    private static long NextMs(long bytes, (long ExpiryMs, long Bytes)[] records, long nowMs = NowMs)
    {
        Span<SweepPlan.Part> parts = stackalloc SweepPlan.Part[TtlClass.Count];
        var plan = new SweepPlan(parts, nowMs);
        foreach ((long expiryMs, long recordBytes) in records)
            plan.Add(expiryMs, recordBytes);
        return plan.NextMs(bytes);
    }
}
