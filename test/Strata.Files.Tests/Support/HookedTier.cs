using System.Buffers;
using Strata.Entries;
using Strata.Invalidation;
using Strata.Tiers;

namespace Strata.Files.Tests.Support;

/// <summary>A tier that calls back once, when a read of several entries has what it wanted and before its caller gets it.</summary>
internal sealed class HookedTier(ICacheTier inner) : ICacheTier
{
    public Action? AfterReads { get; set; }

    public string Name => inner.Name;

    public TierTraits Traits => inner.Traits;

    public IAsyncEnumerable<RecentEntry>? ListRecent() => inner.ListRecent();

    public ValueTask<TierRead> GetAsync(ReadOnlyMemory<byte> key, IBufferWriter<byte> destination, CancellationToken cancellationToken = default) => inner.GetAsync(key, destination, cancellationToken);

    public ValueTask<TierWriteStatus> SetAsync(ReadOnlyMemory<byte> key, ReadOnlySequence<byte> value, EntryOptions options = default, CancellationToken cancellationToken = default) =>
        inner.SetAsync(key, value, options, cancellationToken);

    public ValueTask<TierWriteStatus> RemoveAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken = default) => inner.RemoveAsync(key, cancellationToken);

    public ValueTask<TierWriteStatus> ClearAsync(CancellationToken cancellationToken = default) => inner.ClearAsync(cancellationToken);

    public ValueTask<TierWriteStatus> InvalidateAsync(InvalidationRule rule, CancellationToken cancellationToken = default) => inner.InvalidateAsync(rule, cancellationToken);

    public async ValueTask GetManyAsync(ReadOnlyMemory<ReadOnlyMemory<byte>> keys, Memory<TierRead> results, IBufferWriter<byte> destination, CancellationToken cancellationToken = default)
    {
        await inner.GetManyAsync(keys, results, destination, cancellationToken);
        (Action? after, AfterReads) = (AfterReads, null);
        after?.Invoke();
    }
}
