using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests.Capacity;

public sealed class SetCapacityTests
{
    private const long MiB = 1 << 20;
    private const int ValueBytes = 100;

    [Fact]
    public void CapacityBytes_NewStore_IsTheOption()
    {
        using var subject = new StoreUnderTest(o => (o.CapacityBytes, o.MaxCapacityBytes) = (2 * MiB, 8 * MiB));

        Assert.Equal((2 * MiB, 8 * MiB), (subject.Store.CapacityBytes, subject.Store.MaxCapacityBytes));
        Assert.InRange(subject.Store.MinCapacityBytes, ByteStoreOptions.MinCapacityBytes, 2 * MiB);
    }

    [Fact]
    public void MaxCapacityBytes_NotSet_IsTheCapacity()
    {
        using var subject = new StoreUnderTest();

        Assert.Equal(MiB, subject.Store.MaxCapacityBytes);
        subject.Store.SetCapacity(MiB);
        AssertRefused(subject, MiB + 1);
    }

    [Fact]
    public void SetCapacity_OutsideItsBounds_NamesValueAndBoundsAndChangesNothing()
    {
        using var subject = new StoreUnderTest(o => (o.CapacityBytes, o.MaxCapacityBytes) = (4 * MiB, 8 * MiB));
        subject.Set("k"u8.ToArray(), 1, 10);
        StoreStatistics before = subject.Statistics;

        AssertRefused(subject, 8 * MiB + 1);
        AssertRefused(subject, subject.Store.MinCapacityBytes - 1);
        AssertRefused(subject, 0);
        AssertRefused(subject, -1);
        AssertRefused(subject, long.MaxValue);
        AssertRefused(subject, long.MinValue);

        Assert.Equal(before, subject.Statistics);
        subject.Store.SetCapacity(subject.Store.MinCapacityBytes);
        subject.Store.SetCapacity(8 * MiB);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void SetCapacity_Doubled_KeepsTwiceAsMany(int stripes)
    {
        using var subject = new StoreUnderTest(o => (o.CapacityBytes, o.MaxCapacityBytes, o.StripeCount) = (stripes * MiB, stripes * 2 * MiB, stripes));
        int next = Fill(subject, 0);
        long once = subject.Statistics.EntryCount;

        subject.Store.SetCapacity(stripes * 2 * MiB);

        Assert.Equal(once, subject.Statistics.EntryCount);
        // Each stripe's hand ends with the slab that it is in.
        Write(subject, next, 100);
        long evictions = subject.Statistics.Evictions;
        Write(subject, next + 100, (int)(once * 6 / 10));
        Assert.Equal(evictions, subject.Statistics.Evictions);
        Fill(subject, next + (int)once);
        Assert.InRange(subject.Statistics.EntryCount, once * 1.9, once * 2.15);
        Assert.InRange(subject.Statistics.UsedBytes, stripes * 2 * MiB * 9 / 10, stripes * 2 * MiB);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(1, 4)]
    [InlineData(4, 4)]
    [InlineData(4, 8)]
    public void SetCapacity_Smaller_EvictsUntilTheRestFitsAndNoFurther(int stripes, int divisor)
    {
        long capacityBytes = stripes * 8 * MiB;
        using var subject = new StoreUnderTest(o => (o.CapacityBytes, o.StripeCount) = (capacityBytes, stripes));
        int next = Fill(subject, 0);
        long once = subject.Statistics.EntryCount;

        subject.Store.SetCapacity(capacityBytes / divisor);

        Assert.Equal(capacityBytes / divisor, subject.Statistics.CapacityBytes);
        subject.Verify();
        Assert.InRange(subject.Statistics.EntryCount, once * 0.82 / divisor, once * 1.1 / divisor);
        Fill(subject, next);
        Assert.InRange(subject.Statistics.EntryCount, once * 0.82 / divisor, once * 1.1 / divisor);
    }

    [Fact]
    public void SetCapacity_Smaller_KeepsWhatWasHit()
    {
        using var subject = new StoreUnderTest(o => (o.CapacityBytes, o.StripeCount) = (8 * MiB, 1));
        Fill(subject, 1_000_000);
        int hot = (int)subject.Statistics.EntryCount / 3;
        for (int key = 0; key < hot; key++)
        {
            subject.Set(TestBytes.Key(key, 8), (ulong)key, ValueBytes);
            Read(subject, key, 3);
        }

        long cold = Survivors(subject, 1_000_000, 200_000);
        subject.Store.SetCapacity(4 * MiB);

        Assert.InRange((double)Survivors(subject, 0, hot) / hot, 0.97, 1.0);
        Assert.InRange((double)Survivors(subject, 1_000_000, 200_000) / cold, 0.0, 0.45);
    }

    [Fact]
    public void SetCapacity_SmallerThanWhatIsHit_DropsTheRestOfItToo()
    {
        using var subject = new StoreUnderTest(o => (o.CapacityBytes, o.StripeCount) = (8 * MiB, 1));
        int count = Fill(subject, 0);
        for (int key = 0; key < count; key++)
            Read(subject, key, 3);

        subject.Store.SetCapacity(MiB);

        subject.AssertBudget();
        Assert.InRange(subject.Statistics.EntryCount, 1000, 12_000);
    }

    [Fact]
    public void SetCapacity_Smaller_DropsDeadAndExpiredBytesFirst()
    {
        using var subject = new StoreUnderTest(o => (o.CapacityBytes, o.StripeCount) = (8 * MiB, 1));
        for (int i = 0; i < 12_000; i++)
            subject.Set(TestBytes.Key(i, 8), (ulong)i, ValueBytes);
        for (int i = 12_000; i < 40_000; i++)
            subject.Set(TestBytes.Key(i, 8), (ulong)i, ValueBytes, TimeSpan.FromSeconds(1));
        subject.AdvanceMs(2000);

        subject.Store.SetCapacity(3 * MiB);

        Assert.Equal(12_000, Survivors(subject, 0, 12_000));
        Assert.Equal(0, subject.Statistics.Evictions);
    }

    [Fact]
    public void SetCapacity_UpAndDownUnderTraffic_NeverExceedsTheLedger()
    {
        using var subject = new StoreUnderTest(o => (o.CapacityBytes, o.MaxCapacityBytes, o.StripeCount) = (4 * MiB, 16 * MiB, 4));
        var random = new SplitMix64(5);
        for (int i = 0; i < 60_000; i++)
        {
            int key = random.Next(30_000);
            int valueBytes = random.Next(100) switch { < 90 => random.Next(300), < 99 => random.Next(8000), _ => random.Next((int)subject.Store.MaxValueBytes + 1) };
            subject.Store.Set(TestBytes.Key(key, 8), TestBytes.Value((ulong)key, valueBytes), new WriteOptions { Ttl = random.Next(4) == 0 ? TimeSpan.FromMilliseconds(50) : null });
            Read(subject, random.Next(30_000), 1);
            if (i % 100 == 0)
                subject.AdvanceMs(1);
            if (i % 300 == 0)
            {
                subject.Store.SetCapacity(MiB * (1 + random.Next(16)));
                Assert.Equal(Math.Min(ByteStoreOptions.LimitValueBytes, subject.Store.CapacityBytes / 4), subject.Store.MaxValueBytes);
            }

            if (i % 1000 == 0)
                subject.Store.Trim();
            subject.AssertBudget();
            if (i % 3000 == 0)
                subject.Verify();
        }

        Assert.True(subject.Statistics.Evictions > 0);
    }

    [Fact]
    public void SetCapacity_UnderLongValues_TakesThemInTurnToo()
    {
        using var subject = new StoreUnderTest(o => (o.CapacityBytes, o.StripeCount) = (8 * MiB, 1));
        for (int i = 0; i < 30; i++)
            subject.Set(TestBytes.Key(i, 8), (ulong)i, 400_000);

        subject.Store.SetCapacity(2 * MiB);

        subject.Verify();
        Assert.InRange(subject.Statistics.EntryCount, 2, 5);
        foreach (int key in Enumerable.Range(0, 30).Where(key => subject.Contains(TestBytes.Key(key, 8))))
            subject.AssertHit(TestBytes.Key(key, 8), (ulong)key, 400_000);
    }

    [Fact]
    public void MaxValueBytes_CapacityChanged_FollowsItUpToItsOption()
    {
        using var subject = new StoreUnderTest(o => (o.CapacityBytes, o.MaxCapacityBytes, o.MaxValueBytes, o.StripeCount) = (4 * MiB, 16 * MiB, 700_000, 1));
        subject.Set("long"u8.ToArray(), 1, 700_000);

        subject.Store.SetCapacity(2 * MiB);

        Assert.Equal(MiB / 2, subject.Store.MaxValueBytes);
        Assert.Throws<ArgumentException>(() => subject.Store.Set("k"u8, new byte[MiB / 2 + 1]));
        // What is there stays.
        subject.AssertHit("long"u8.ToArray(), 1, 700_000);
        subject.Store.SetCapacity(16 * MiB);
        Assert.Equal(700_000, subject.Store.MaxValueBytes);
        subject.Set("k"u8.ToArray(), 2, 700_000);
        subject.AssertHit("k"u8.ToArray(), 2, 700_000);
    }

    [Fact]
    public void SetCapacity_WhileALongValueIsRead_ExceedsItByWhatIsPinnedUntilThatIsReleased()
    {
        const int LongBytes = 1_500_000;
        using var subject = new StoreUnderTest(o => (o.CapacityBytes, o.StripeCount) = (8 * MiB, 1));
        Fill(subject, 1000);
        subject.Set("long"u8.ToArray(), 1, LongBytes);
        bool isFirst = true;
        var writer = new CallbackBufferWriter(50_000, () =>
        {
            if (!isFirst)
                return;
            isFirst = false;
            subject.Store.Remove("long"u8);
            subject.Store.SetCapacity(MiB);
            StoreStatistics statistics = subject.Statistics;
            Assert.InRange(statistics.PinnedBytes, LongBytes - 2 * StoreUnderTest.SlabBytes, LongBytes + 2 * StoreUnderTest.SlabBytes);
            Assert.InRange(statistics.UsedBytes, MiB, MiB + statistics.PinnedBytes);
            subject.Store.VerifyIntegrity();
        });

        Assert.Equal(ReadOutcome.Hit, subject.Store.TryGet("long"u8, writer, out EntryInfo _));

        Assert.True(TestBytes.IsValue(writer.Written, 1));
        subject.Store.Maintain();
        subject.AssertBudget();
        Assert.Equal(0, subject.Statistics.PinnedBytes);
    }

    [Fact]
    public void SetCapacity_WhileALongValueIsWritten_EndsWithinIt()
    {
        using var subject = new StoreUnderTest(o => (o.CapacityBytes, o.StripeCount) = (16 * MiB, 1));
        int count = Fill(subject, 0);
        // A part is in pages of its own when the capacity becomes too small for a value of that length.
        var value = HookedSequence.Of(8, 400_000, 1, () => subject.Store.SetCapacity(2 * MiB));

        WriteOutcome outcome = subject.Store.Set("long"u8, value, default);

        Assert.Equal(WriteOutcome.NoSpace, outcome);
        subject.Verify();
        Assert.InRange(Survivors(subject, 0, count), 5000, count);
    }

    [Fact]
    public void SetCapacity_WhileTheEndOfALongValueIsWritten_EndsWithinIt()
    {
        using var subject = new StoreUnderTest(o => (o.CapacityBytes, o.StripeCount) = (16 * MiB, 1));
        // The stripe has pages in reserve, so the record finds room whatever the chain takes.
        Write(subject, 0, 1000);
        // Every page of the value is taken when the capacity becomes smaller than it.
        var value = HookedSequence.Of(36_000, 100, 35_999, () => subject.Store.SetCapacity(2 * MiB));

        Assert.Equal(WriteOutcome.Stored, subject.Store.Set("long"u8, value, default));

        subject.Verify();
        Assert.False(subject.Contains("long"u8.ToArray()));
    }

    [Fact]
    public void SetCapacity_OfTwoAtOnceUnderTraffic_EndsWithinTheLast()
    {
        using var subject = new StoreUnderTest(o => (o.CapacityBytes, o.MaxCapacityBytes, o.StripeCount) = (8 * MiB, 8 * MiB, 4));
        Concurrency.Crew.Run(4, member =>
        {
            var random = new SplitMix64((ulong)member);
            for (int i = 0; i < 8000; i++)
            {
                if (member < 2 && i % 100 == 0)
                    subject.Store.SetCapacity(MiB * (1 + random.Next(8)));
                if (member == 3 && i % 500 == 0)
                    subject.Store.Trim();
                int key = random.Next(20_000);
                subject.Store.Set(TestBytes.Key(key, 8), TestBytes.Value((ulong)key, random.Next(100) == 0 ? random.Next(200_000) : random.Next(300)));
                Read(subject, random.Next(20_000), 1);
            }
        });

        subject.Verify();
        subject.Store.SetCapacity(MiB);
        subject.Verify();
    }

    [Fact]
    public void Create_HugeMaximumAndSmallCapacity_TakesLittleAndCanGrow()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        using var subject = new StoreUnderTest(o => (o.CapacityBytes, o.MaxCapacityBytes, o.SlabBytes) = (MiB, ByteStoreOptions.LimitCapacityBytes, 0));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200_000);
        Assert.InRange(subject.Statistics.UsedBytes, 0, MiB / 10);
        Fill(subject, 0);
        long once = subject.Statistics.EntryCount;
        Assert.InRange(once, 4000, 9000);

        subject.Store.SetCapacity(64 * MiB);

        Write(subject, 0, (int)once * 40);
        Assert.InRange(subject.Statistics.EntryCount, once * 40, once * 41);
        subject.Store.SetCapacity(ByteStoreOptions.LimitCapacityBytes);
        subject.Store.SetCapacity(subject.Store.MinCapacityBytes);
        subject.Verify();
        Assert.True(subject.Contains(TestBytes.Key(once > 0 ? (int)once * 40 - 1 : 0, 8)));
        if (subject.Store.GetMemoryReport().ResidentBytes is { } resident)
            Assert.InRange(resident, 0, 4 * MiB);
    }

    [Fact]
    public void SetCapacity_GrownFarAndBack_NamesALeastThatPaysForWhatWasTouched()
    {
        using var subject = new StoreUnderTest(o => (o.CapacityBytes, o.MaxCapacityBytes) = (MiB, 512 * MiB));
        long least = subject.Store.MinCapacityBytes;
        subject.Store.SetCapacity(512 * MiB);
        for (int i = 0; i < 1800; i++)
            subject.Set(TestBytes.Key(i, 8), (ulong)i, 200_000);

        Assert.True(subject.Store.MinCapacityBytes > least);
        AssertRefused(subject, subject.Store.MinCapacityBytes - 1);
        subject.Store.SetCapacity(subject.Store.MinCapacityBytes);

        subject.Verify();
        Fill(subject, 0);
        Assert.InRange(subject.Statistics.EntryCount, 200, 10_000);
    }

    [Fact]
    public void SetCapacity_Larger_AsksForHugePagesAgainOnlyWhenAllThatWasUsedIsWithin()
    {
        using var subject = new StoreUnderTest(o => (o.CapacityBytes, o.MaxCapacityBytes) = (16 * MiB, 32 * MiB));
        bool canAsk = subject.Statistics.HugePagesRequested;
        Fill(subject, 0);

        subject.Store.SetCapacity(12 * MiB);
        Assert.False(subject.Statistics.HugePagesRequested);
        subject.Store.SetCapacity(13 * MiB);
        Assert.False(subject.Statistics.HugePagesRequested);
        subject.Store.SetCapacity(32 * MiB);
        Assert.Equal(canAsk, subject.Statistics.HugePagesRequested);
    }

    private static void AssertRefused(StoreUnderTest subject, long capacityBytes)
    {
        long before = subject.Store.CapacityBytes;
        var error = Assert.Throws<ArgumentOutOfRangeException>("capacityBytes", () => subject.Store.SetCapacity(capacityBytes));

        Assert.Contains($"{capacityBytes}", error.Message, StringComparison.Ordinal);
        Assert.Contains($"{subject.Store.MinCapacityBytes}", error.Message, StringComparison.Ordinal);
        Assert.Contains($"{subject.Store.MaxCapacityBytes}", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, subject.Store.CapacityBytes);
    }

    /// <summary>Writes keys until half as many as fit have been evicted. Returns the first key that was not written.</summary>
    private static int Fill(StoreUnderTest subject, int first)
    {
        long evictions = subject.Statistics.Evictions;
        int key = first;
        do
        {
            Write(subject, key, 500);
            key += 500;
        }
        while (subject.Statistics.Evictions - evictions < subject.Statistics.EntryCount / 2);
        return key;
    }

    private static void Write(StoreUnderTest subject, int first, int count)
    {
        for (int key = first; key < first + count; key++)
            subject.Set(TestBytes.Key(key, 8), (ulong)key, ValueBytes);
    }

    private static void Read(StoreUnderTest subject, int key, int times)
    {
        Span<byte> destination = stackalloc byte[ValueBytes];
        for (int i = 0; i < times; i++)
            subject.Store.TryGet(TestBytes.Key(key, 8), destination, out int _);
    }

    private static long Survivors(StoreUnderTest subject, int first, int count) =>
        Enumerable.Range(first, count).LongCount(key => subject.Contains(TestBytes.Key(key, 8)));
}
