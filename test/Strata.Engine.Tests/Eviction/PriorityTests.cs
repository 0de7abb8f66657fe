using Strata.Engine.Eviction;
using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests.Eviction;

/// <summary>Where a new key begins by its priority, seen from what a flood of others leaves.</summary>
public sealed class PriorityTests
{
    private const int Count = 200;

    [Theory]
    [InlineData(EntryPriority.Low, 0, 10)]
    [InlineData(EntryPriority.Normal, 0, 10)]
    [InlineData(EntryPriority.High, 180, Count)]
    public void Set_NewKeysInAFullStore_SurviveAsTheirPrioritySays(EntryPriority priority, int least, int most)
    {
        using StoreUnderTest subject = Full();
        for (int i = 0; i < Count; i++)
            Set(subject, i, priority);

        Flood(subject, 100_000, 3000);

        Assert.InRange(Survivors(subject), least, most);
    }

    [Fact]
    public void Set_HighPriorityNeverRead_LeavesInTheEnd()
    {
        using StoreUnderTest subject = Full();
        // More of them than the main ring holds, several times over.
        for (int i = 0; i < 40_000; i++)
            Set(subject, i, EntryPriority.High);

        Assert.InRange(Survivors(subject), 0, 5);
    }

    [Theory]
    [InlineData(EntryPriority.Normal, 150, Count)]
    [InlineData(EntryPriority.Low, 0, 10)]
    public void Set_KeyThatTheGhostRemembers_ReturnsToMainUnlessLow(EntryPriority priority, int least, int most)
    {
        using StoreUnderTest subject = Full();
        for (int i = 0; i < Count; i++)
            Set(subject, i, EntryPriority.Normal);
        Flood(subject, 200_000, 3000);
        Assert.InRange(Survivors(subject), 0, 10);
        for (int i = 0; i < Count; i++)
            Set(subject, i, priority);

        Flood(subject, 300_000, 3000);

        Assert.InRange(Survivors(subject), least, most);
    }

    [Fact]
    public void Set_UnknownPriority_Throws()
    {
        using var subject = new StoreUnderTest();

        Assert.Throws<ArgumentOutOfRangeException>(() => subject.Store.Set("k"u8, "v"u8, new WriteOptions { Priority = (EntryPriority)2 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => subject.Store.Set("k"u8, "v"u8, new WriteOptions { Priority = (EntryPriority)(-2) }));
    }

    // Some 7,000 entries of this length fill it.
    private static StoreUnderTest Full()
    {
        var subject = new StoreUnderTest(o => o.EvictionMode = EvictionMode.S3Fifo);
        Flood(subject, 400_000, 20_000);
        return subject;
    }

    private static void Flood(StoreUnderTest subject, int first, int count)
    {
        for (int i = first; i < first + count; i++)
            Set(subject, i, EntryPriority.Normal);
    }

    private static void Set(StoreUnderTest subject, int key, EntryPriority priority) =>
        Assert.Equal(WriteOutcome.Stored, subject.Store.Set(TestBytes.Key(key, 8), TestBytes.Value((ulong)key, 120), new WriteOptions { Priority = priority }));

    private static int Survivors(StoreUnderTest subject) => Enumerable.Range(0, Count).Count(i => subject.Contains(TestBytes.Key(i, 8)));
}
