using System.Buffers;
using Strata.Entries;
using Strata.Invalidation;
using Strata.Tiers;

namespace Strata.Tests.Invalidation;

/// <summary>A memory tier whose reads, once they have their value, and whose invalidations, before they begin, wait as long as a test wants.</summary>
internal sealed class SlowTier(TimeProvider time) : ICacheTier, IDisposable
{
    private readonly MemoryTier _tier = new(new() { CapacityBytes = 4 << 20, TimeProvider = time, BackgroundMaintenance = false });

    public Task ReadsWaitFor { get; set; } = Task.CompletedTask;

    public Task InvalidationsWaitFor { get; set; } = Task.CompletedTask;

    public string Name => "slow";

    public TierTraits Traits => TierTraits.None;

    public async ValueTask<TierRead> GetAsync(ReadOnlyMemory<byte> key, IBufferWriter<byte> destination, CancellationToken cancellationToken = default)
    {
        TierRead read = await _tier.GetAsync(key, destination, cancellationToken);
        await ReadsWaitFor;
        return read;
    }

    public ValueTask<TierWriteStatus> SetAsync(ReadOnlyMemory<byte> key, ReadOnlySequence<byte> value, EntryOptions options = default, CancellationToken cancellationToken = default) =>
        _tier.SetAsync(key, value, options, cancellationToken);

    public ValueTask<TierWriteStatus> RemoveAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken = default) => _tier.RemoveAsync(key, cancellationToken);

    public ValueTask<TierWriteStatus> ClearAsync(CancellationToken cancellationToken = default) => _tier.ClearAsync(cancellationToken);

    public async ValueTask<TierWriteStatus> InvalidateAsync(InvalidationRule rule, CancellationToken cancellationToken = default)
    {
        await InvalidationsWaitFor;
        return await _tier.InvalidateAsync(rule, cancellationToken);
    }

    public bool Has(string key) => _tier.GetAsync(System.Text.Encoding.UTF8.GetBytes(key), new ArrayBufferWriter<byte>()).Result.Status == TierReadStatus.Hit;

    public void Dispose() => _tier.Dispose();
}
