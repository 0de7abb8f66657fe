using System.Buffers;
using Strata.Entries;
using Strata.Tiers;

namespace Strata.Tests.Stacking;

/// <summary>A tier that fails at every value of one key.</summary>
internal sealed class PickyTier(ICacheTier inner) : ICacheTier
{
    public string Name => "picky";

    public TierTraits Traits => TierTraits.Durable;

    public ValueTask<TierRead> GetAsync(ReadOnlyMemory<byte> key, IBufferWriter<byte> destination, CancellationToken cancellationToken = default) => inner.GetAsync(key, destination, cancellationToken);

    public ValueTask<TierWriteStatus> SetAsync(ReadOnlyMemory<byte> key, ReadOnlySequence<byte> value, EntryOptions options = default, CancellationToken cancellationToken = default) =>
        key.Span.SequenceEqual("bad"u8) ? new(TierWriteStatus.Faulted) : inner.SetAsync(key, value, options, cancellationToken);

    public ValueTask<TierWriteStatus> RemoveAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken = default) => inner.RemoveAsync(key, cancellationToken);

    public ValueTask<TierWriteStatus> ClearAsync(CancellationToken cancellationToken = default) => inner.ClearAsync(cancellationToken);
}
