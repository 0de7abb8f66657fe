using Xunit;

namespace Strata.Engine.Tests;

public sealed class OptionsTests
{
    [Fact]
    public void Constructor_NullOptions_NamesTheArgument() =>
        Assert.Throws<ArgumentNullException>("options", () => new ByteStore(null!));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    [InlineData(ByteStoreOptions.MinCapacityBytes - 1)]
    public void Constructor_CapacityTooSmall_NamesValueAndLimit(long capacityBytes) =>
        AssertRefused(o => o.CapacityBytes = capacityBytes, nameof(ByteStoreOptions.CapacityBytes), capacityBytes, ByteStoreOptions.MinCapacityBytes);

    [Theory]
    [InlineData(ByteStoreOptions.LimitCapacityBytes + 1)]
    [InlineData(long.MaxValue)]
    public void Constructor_CapacityTooLarge_NamesValueAndLimit(long capacityBytes) =>
        AssertRefused(o => o.CapacityBytes = capacityBytes, nameof(ByteStoreOptions.CapacityBytes), capacityBytes, ByteStoreOptions.LimitCapacityBytes);

    [Theory]
    [InlineData((2 << 20) - 1)]
    [InlineData(-1)]
    public void Constructor_MaxCapacityBelowCapacity_NamesValueAndLimit(long maxCapacityBytes) =>
        AssertRefused(
            o => (o.CapacityBytes, o.MaxCapacityBytes) = (2 << 20, maxCapacityBytes),
            nameof(ByteStoreOptions.MaxCapacityBytes), maxCapacityBytes, 2 << 20);

    [Fact]
    public void Constructor_MaxCapacityAboveLimit_NamesValueAndLimit() =>
        AssertRefused(
            o => o.MaxCapacityBytes = ByteStoreOptions.LimitCapacityBytes + 1,
            nameof(ByteStoreOptions.MaxCapacityBytes), ByteStoreOptions.LimitCapacityBytes + 1, ByteStoreOptions.LimitCapacityBytes);

    [Theory]
    [InlineData((256 << 10) + 1)]
    [InlineData(long.MaxValue)]
    public void Constructor_MaxValueAboveQuarter_NamesValueAndLimit(long maxValueBytes) =>
        AssertRefused(o => o.MaxValueBytes = maxValueBytes, nameof(ByteStoreOptions.MaxValueBytes), maxValueBytes, 256 << 10);

    [Fact]
    public void Constructor_NegativeMaxValue_NamesValue() =>
        AssertRefused(o => o.MaxValueBytes = -5, nameof(ByteStoreOptions.MaxValueBytes), -5, null);

    [Theory]
    [InlineData(-1)]
    [InlineData(65_537)]
    public void Constructor_RemovalValueOutOfRange_NamesValueAndLimit(int valueBytes) =>
        AssertRefused(o => o.RemovalValueBytes = valueBytes, nameof(ByteStoreOptions.RemovalValueBytes), valueBytes, 65_536);

    [Theory]
    [InlineData(-1)]
    [InlineData((128 << 10) + 1)]
    public void Constructor_RemovalQueueOutOfRange_NamesValueAndLimit(long queueBytes) =>
        AssertRefused(o => o.RemovalQueueBytes = queueBytes, nameof(ByteStoreOptions.RemovalQueueBytes), queueBytes, 128 << 10);

    [Theory]
    [InlineData(0L)]
    [InlineData(-1L)]
    [InlineData(long.MaxValue)]
    public void Constructor_DefaultTtlOutOfRange_NamesTheOption(long ticks)
    {
        var error = Assert.ThrowsAny<ArgumentException>(() => new StoreUnderTest(o => o.DefaultTtl = TimeSpan.FromTicks(ticks)));

        Assert.Contains(nameof(ByteStoreOptions.DefaultTtl), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_NullTimeProvider_NamesTheOption()
    {
        var error = Assert.ThrowsAny<ArgumentException>(() => new StoreUnderTest(o => o.TimeProvider = null!));

        Assert.Contains(nameof(ByteStoreOptions.TimeProvider), error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1 << 20, 256 << 10)]
    [InlineData(10 << 20, 10 << 18)]
    public void MaxValueBytes_NotSet_IsAQuarterOfTheCapacity(long capacityBytes, long expected)
    {
        using var subject = new StoreUnderTest(o => o.CapacityBytes = capacityBytes);

        Assert.Equal(expected, subject.Store.MaxValueBytes);
        Assert.Equal(capacityBytes, subject.Statistics.CapacityBytes);
    }

    [Fact]
    public void MaxValueBytes_Set_IsTheBound()
    {
        using var subject = new StoreUnderTest(o => o.MaxValueBytes = 1000);
        Assert.Equal(1000, subject.Store.MaxValueBytes);
        subject.Set("k"u8.ToArray(), 1, 1000);

        Assert.ThrowsAny<ArgumentException>(() => subject.Store.Set("k"u8, new byte[1001]));

        subject.AssertHit("k"u8.ToArray(), 1, 1000);
    }

    [Fact]
    public void Constructor_OptionsChangedAfterwards_ChangesNothing()
    {
        ByteStoreOptions? kept = null;
        using var subject = new StoreUnderTest(o => kept = o);

        kept!.CapacityBytes = 64 << 20;
        kept.MaxValueBytes = 1;

        Assert.Equal(256 << 10, subject.Store.MaxValueBytes);
        Assert.Equal(1 << 20, subject.Statistics.CapacityBytes);
    }

    [Fact]
    public void Constructor_OddCapacity_IsNeverExceeded()
    {
        using var subject = new StoreUnderTest(o => o.CapacityBytes = (3 << 20) + 12_345);
        for (int i = 0; i < 20_000; i++)
            subject.Set(TestKit.Bytes.TestBytes.Key(i, 8), (ulong)i, 300);

        Assert.Equal((3 << 20) + 12_345, subject.Statistics.CapacityBytes);
    }

    [Fact]
    public void Constructor_DefaultsOfTheOptions_WorkAsTheyAre()
    {
        using var store = new ByteStore(new ByteStoreOptions());

        store.Set("key"u8, "value"u8);

        var value = new byte[5];
        Assert.Equal(ReadOutcome.Hit, store.TryGet("key"u8, value, out int length));
        Assert.Equal("value"u8.ToArray(), value[..length]);
        store.VerifyIntegrity();
    }

    private static void AssertRefused(Action<ByteStoreOptions> configure, string option, long value, long? limit)
    {
        var error = Assert.ThrowsAny<ArgumentException>(() => new StoreUnderTest(configure));

        Assert.Contains(option, $"{error.ParamName} {error.Message}", StringComparison.Ordinal);
        Assert.Contains($"{value}", Plain(error.Message), StringComparison.Ordinal);
        if (limit is { } bound)
            Assert.Contains($"{bound}", Plain(error.Message), StringComparison.Ordinal);
    }

    /// <summary>Numbers may be grouped in a message.</summary>
    private static string Plain(string message) => message.Replace(",", "", StringComparison.Ordinal);
}
