using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests.Capacity;

/// <summary>Memory that goes back to the system. What is resident is known on Linux only; elsewhere the ledger alone is looked at.</summary>
public sealed class TrimTests
{
    private const long MiB = 1 << 20;

    [Fact]
    public void GetMemoryReport_FullStore_FindsItsBytesResident()
    {
        using var subject = new StoreUnderTest(o => (o.CapacityBytes, o.SlabBytes) = (32 * MiB, 0));
        Fill(subject, 300_000);

        MemoryReport report = subject.Store.GetMemoryReport();

        // The region may be another store's former one, up to twice as long.
        Assert.InRange(report.ReservedBytes, 32 * MiB, 80 * MiB);
        Assert.Equal(subject.Statistics.HugePagesRequested, report.HugePagesRequested);
        Assert.Equal(OperatingSystem.IsLinux(), report.ResidentBytes.HasValue);
        Assert.Equal(OperatingSystem.IsLinux(), report.HugePageBytes.HasValue);
        if (report is { ResidentBytes: { } resident, HugePageBytes: { } huge })
        {
            Assert.InRange(resident, subject.Statistics.UsedBytes * 9 / 10, 32 * MiB);
            Assert.InRange(huge, 0, resident);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(StoreUnderTest.SlabBytes)]
    public void SetCapacity_Smaller_LetsTheResidentSizeFall(int slabBytes)
    {
        using var subject = new StoreUnderTest(o => (o.CapacityBytes, o.SlabBytes) = (64 * MiB, slabBytes));
        Fill(subject, 600_000);

        subject.Store.SetCapacity(16 * MiB);

        AssertResident(subject, 16 * MiB);
        Fill(subject, 600_000);
        AssertResident(subject, 16 * MiB);
        subject.Store.SetCapacity(64 * MiB);
        Fill(subject, 600_000);
        Assert.InRange(subject.Statistics.UsedBytes, 60 * MiB, 64 * MiB);
        AssertResident(subject, 64 * MiB);
    }

    [Fact]
    public void Trim_AfterClear_GivesNearlyEverythingBack()
    {
        using var subject = new StoreUnderTest(o => (o.CapacityBytes, o.SlabBytes) = (64 * MiB, 0));
        Fill(subject, 600_000);
        subject.Store.Clear();
        long usedBefore = subject.Statistics.UsedBytes;

        long bytes = subject.Store.Trim();

        Assert.InRange(bytes, 50 * MiB, 64 * MiB);
        Assert.InRange(subject.Statistics.UsedBytes, 0, Math.Min(usedBefore / 2, 6 * MiB));
        AssertResident(subject, 6 * MiB);
        Assert.Equal(0, subject.Store.Trim());
        Fill(subject, 600_000);
        subject.AssertHit(TestBytes.Key(599_999, 8), 599_999, 100);
    }

    [Fact]
    public void Trim_FullStore_KeepsEveryEntry()
    {
        using var subject = new StoreUnderTest();
        Fill(subject, 20_000);
        StoreStatistics before = subject.Statistics;

        long bytes = subject.Store.Trim();

        // The index may be as large as the entries once needed.
        StoreStatistics after = subject.Statistics;
        if (Environment.SystemPageSize <= StoreUnderTest.SlabBytes)
            Assert.Equal(before.IndexBytes - after.IndexBytes, bytes);
        Assert.Equal((before.EntryCount, before.RecordBytes), (after.EntryCount, after.RecordBytes));
    }

    [Fact]
    public void Trim_FreeSlabsBetweenOthers_TakesOnlyThose()
    {
        using var subject = new StoreUnderTest(o => (o.CapacityBytes, o.StripeCount) = (8 * MiB, 1));
        for (int i = 0; i < 100; i++)
            subject.Set(TestBytes.Key(i, 8), (ulong)i, 50_000);
        for (int i = 0; i < 100; i += 2)
            Assert.True(subject.Store.Remove(TestBytes.Key(i, 8)));

        long bytes = subject.Store.Trim();

        // Six pages of each, and the slabs that their records leave behind.
        Assert.InRange(bytes, 0, (50 * 6 + 6) * StoreUnderTest.SlabBytes);
        Assert.True(bytes > 0 || Environment.SystemPageSize > StoreUnderTest.SlabBytes);
        for (int i = 1; i < 100; i += 2)
            subject.AssertHit(TestBytes.Key(i, 8), (ulong)i, 50_000);
        for (int i = 0; i < 100; i += 2)
            subject.Set(TestBytes.Key(i, 8), (ulong)i, 50_000);
        for (int i = 0; i < 100; i++)
            subject.AssertHit(TestBytes.Key(i, 8), (ulong)i, 50_000);
    }

    [Fact]
    public void Maintain_PinReleasedAfterACapacityFell_GivesThatMemoryBack()
    {
        const int LongBytes = 8_000_000;
        using var subject = new StoreUnderTest(o => (o.CapacityBytes, o.StripeCount) = (64 * MiB, 1));
        subject.Set("long"u8.ToArray(), 1, LongBytes);
        var writer = new CallbackBufferWriter(LongBytes, () =>
        {
            subject.Store.Remove("long"u8);
            subject.Store.SetCapacity(6 * MiB);
        });
        Assert.Equal(ReadOutcome.Hit, subject.Store.TryGet("long"u8, writer, out EntryInfo _));
        Assert.True(TestBytes.IsValue(writer.Written, 1));

        subject.Store.Maintain();

        AssertResident(subject, 6 * MiB);
    }

    private static void Fill(StoreUnderTest subject, int count)
    {
        for (int i = 0; i < count; i++)
            subject.Set(TestBytes.Key(i, 8), (ulong)i, 100);
    }

    private static void AssertResident(StoreUnderTest subject, long mostBytes)
    {
        subject.Verify();
        if (subject.Store.GetMemoryReport().ResidentBytes is { } resident)
            Assert.InRange(resident, 1, mostBytes);
    }
}
