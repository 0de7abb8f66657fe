using Strata.TestKit;
using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests;

/// <summary>
/// A store that proves its integrity when the test lets go of it. It is as small as a store can be, without background work, and its
/// clock stands still, unless the test says otherwise.
/// </summary>
internal sealed class StoreUnderTest : IDisposable
{
    public const int SlabBytes = 8192;

    private bool _disposed;

    public StoreUnderTest(Action<ByteStoreOptions>? configure = null)
    {
        var options = new ByteStoreOptions
        {
            CapacityBytes = ByteStoreOptions.MinCapacityBytes,
            SlabBytes = SlabBytes,
            TimeProvider = Clock,
            BackgroundMaintenance = false,
            PoisonRecycled = true,
        };
        configure?.Invoke(options);
        Store = new ByteStore(options);
    }

    public ManualTimeProvider Clock { get; } = new();

    public ByteStore Store { get; }

    public StoreStatistics Statistics => Store.GetStatistics();

    public void AdvanceMs(long milliseconds) => Clock.Advance(TimeSpan.FromMilliseconds(milliseconds));

    /// <summary>The whole value, or null for a miss. The destination is exactly as long as the value.</summary>
    public byte[]? Get(byte[] key)
    {
        if (!Store.TryGetInfo(key, out EntryInfo info))
            return null;
        var value = new byte[info.ValueBytes];
        return Store.TryGet(key, value, out int valueBytes) == ReadOutcome.Hit ? value[..valueBytes] : null;
    }

    public bool Contains(byte[] key) => Store.TryGetInfo(key, out _);

    /// <summary>Sets a value that <see cref="AssertHit"/> can check.</summary>
    public void Set(byte[] key, ulong seed, int valueBytes, TimeSpan? ttl = null) =>
        Assert.Equal(WriteOutcome.Stored, Store.Set(key, TestBytes.Value(seed, valueBytes), new WriteOptions { Ttl = ttl }));

    public void AssertHit(byte[] key, ulong seed, int valueBytes)
    {
        byte[]? value = Get(key);
        Assert.NotNull(value);
        Assert.Equal(valueBytes, value.Length);
        Assert.True(TestBytes.IsValue(value, seed), $"The value of {valueBytes} bytes is not the one written with seed {seed}.");
    }

    /// <summary>Walks every structure and checks the byte budget.</summary>
    public void Verify()
    {
        Store.VerifyIntegrity();
        AssertBudget();
    }

    public void AssertBudget()
    {
        StoreStatistics statistics = Statistics;
        Assert.InRange(statistics.UsedBytes, 0, statistics.CapacityBytes);
        Assert.InRange(statistics.RecordBytes, 0, statistics.UsedBytes);
        Assert.InRange(statistics.IndexBytes, 0, statistics.UsedBytes);
        Assert.InRange(statistics.PinnedBytes, 0, statistics.UsedBytes);
        Assert.InRange(statistics.EntryCount, 0, long.MaxValue);
    }

    /// <summary>Proves integrity, then disposes. A store that the test has disposed itself through here is left alone.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        try
        {
            Verify();
        }
        finally
        {
            Store.Dispose();
        }
    }

    /// <summary>Disposes the store in the middle of a test: from here on nothing can be verified.</summary>
    public void DisposeStoreNow()
    {
        if (!_disposed)
            Verify();
        _disposed = true;
        Store.Dispose();
    }
}
