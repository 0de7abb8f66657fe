using System.Buffers;
using Strata.Entries;
using Strata.Tiers;

namespace Strata.TestKit.Backplane;

/// <summary>The shared tier of simulated nodes: memory that says it is shared.</summary>
public sealed class SharedStore(TimeProvider time) : ICacheTier, IDisposable
{
    private readonly MemoryTier _tier = new(new() { CapacityBytes = 16 << 20, TimeProvider = time, BackgroundMaintenance = false });

    public string Name => "shared";

    public TierTraits Traits => TierTraits.Shared;

    public ValueTask<TierRead> GetAsync(ReadOnlyMemory<byte> key, IBufferWriter<byte> destination, CancellationToken cancellationToken = default) => _tier.GetAsync(key, destination, cancellationToken);

    public ValueTask<TierWriteStatus> SetAsync(ReadOnlyMemory<byte> key, ReadOnlySequence<byte> value, EntryOptions options = default, CancellationToken cancellationToken = default) =>
        _tier.SetAsync(key, value, options, cancellationToken);

    public ValueTask<TierWriteStatus> RemoveAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken = default) => _tier.RemoveAsync(key, cancellationToken);

    public ValueTask<TierWriteStatus> ClearAsync(CancellationToken cancellationToken = default) => _tier.ClearAsync(cancellationToken);

    public ValueTask<TierWriteStatus> InvalidateAsync(Invalidation.InvalidationRule rule, CancellationToken cancellationToken = default) => _tier.InvalidateAsync(rule, cancellationToken);

    public void Dispose() => _tier.Dispose();
}
