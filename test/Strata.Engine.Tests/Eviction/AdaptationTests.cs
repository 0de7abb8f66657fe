using Strata.Engine.Eviction;
using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests.Eviction;

/// <summary>What a store that adapts does better than plain S3-FIFO, seen from outside. The secret is fixed, and with it the sample.</summary>
public sealed class AdaptationTests
{
    private const int Entries = 4000;

    [Theory]
    [InlineData(6)]
    [InlineData(7)]
    public void Loop_LongerThanTheStore_HitsMoreThanPlainS3Fifo(int quarters)
    {
        double adaptive = HitShareOfALoop(EvictionMode.Adaptive, quarters), plain = HitShareOfALoop(EvictionMode.S3Fifo, quarters);

        Assert.InRange(adaptive, plain + 0.05, 1);
    }

    [Fact]
    public void LoopThenHotSet_Adaptive_ComesBackFromTheModeForLoops()
    {
        using StoreUnderTest subject = Limited(EvictionMode.Adaptive, EvictionGoal.ObjectHits);
        for (int turn = 0; turn < 20; turn++)
            Loop(subject, Entries * 5 / 4);

        // Sliding hot set: each key is asked for some time and then never again.
        int hits = 0, requests = 0;
        var random = new Random(5);
        for (int i = 0; i < 400_000; i++)
        {
            bool isHit = Request(subject, 1_000_000 + i / 20 + random.Next(Entries / 2), 100);
            if (i < 200_000)
                continue;
            requests++;
            hits += isHit ? 1 : 0;
        }

        Assert.InRange((double)hits / requests, 0.9, 1);
    }

    [Theory]
    [InlineData(EvictionGoal.ObjectHits, EvictionGoal.ByteHits, false)]
    [InlineData(EvictionGoal.ByteHits, EvictionGoal.ObjectHits, true)]
    public void MixedSizes_Goal_HasMoreOfWhatItFavours(EvictionGoal favored, EvictionGoal other, bool countsBytes) =>
        Assert.True(HitsOfMixedSizes(favored, countsBytes) > 1.01 * HitsOfMixedSizes(other, countsBytes));

    [Fact]
    public void EntryLimit_SetAfterSet_IsReachedAndNeverPassed()
    {
        using StoreUnderTest subject = Limited(EvictionMode.Adaptive, EvictionGoal.ObjectHits);
        long most = 0;
        for (int i = 0; i < Entries * 3; i++)
        {
            subject.Set(TestBytes.Key(i, 9), (ulong)i, 100);
            most = Math.Max(most, subject.Statistics.EntryCount);
        }

        Assert.Equal(Entries, most);
        Assert.Equal(Entries, subject.Statistics.EntryCount);
    }

    private static double HitShareOfALoop(EvictionMode policy, int quarters)
    {
        using StoreUnderTest subject = Limited(policy, EvictionGoal.ObjectHits);
        const int Turns = 10;
        int length = Entries / 4 * quarters;
        int hits = 0;
        for (int turn = 0; turn < 2 * Turns; turn++)
        {
            int now = Loop(subject, length);
            hits += turn < Turns ? 0 : now;
        }

        return (double)hits / (Turns * length);
    }

    private static int Loop(StoreUnderTest subject, int length)
    {
        int hits = 0;
        for (int i = 0; i < length; i++)
            hits += Request(subject, i, 100) ? 1 : 0;
        return hits;
    }

    // Half of the keys are small and half are large; both are asked for by the same skewed law.
    private static long HitsOfMixedSizes(EvictionGoal favor, bool countsBytes)
    {
        const int Keys = 20_000;
        using var subject = new StoreUnderTest(o => (o.CapacityBytes, o.StripeCount, o.HashSecret, o.Favor) = (4 << 20, 1, Hashing.Secrets.FromSeed(3), favor));
        var random = new Random(11);
        long hits = 0;
        for (int i = 0; i < 200_000; i++)
        {
            int key = (int)(Keys * Math.Pow(random.NextDouble(), 3));
            int bytes = key % 2 == 0 ? 100 : 2000;
            if (Request(subject, key, bytes))
                hits += countsBytes ? bytes : 1;
        }

        return hits;
    }

    private static bool Request(StoreUnderTest subject, int number, int valueBytes)
    {
        byte[] key = TestBytes.Key(number, 9);
        if (subject.Store.TryGet(key, new byte[valueBytes], out _) == ReadOutcome.Hit)
            return true;
        subject.Set(key, (ulong)number, valueBytes);
        return false;
    }

    private static StoreUnderTest Limited(EvictionMode policy, EvictionGoal favor) => new(o =>
        (o.CapacityBytes, o.StripeCount, o.HashSecret, o.EvictionMode, o.EntryLimit, o.Favor) = (8 << 20, 1, Hashing.Secrets.FromSeed(3), policy, Entries, favor));
}
