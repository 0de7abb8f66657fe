using System.Buffers;
using Strata.Entries;

namespace Strata.Tiers;

/// <summary>A tier that keeps nothing: every read misses, every write is taken and forgotten. For tests, and for switching a tier off.</summary>
public sealed class NullTier : ICacheTier
{
    private NullTier()
    {
    }

    /// <summary>The only instance; it has no state.</summary>
    public static NullTier Instance { get; } = new();

    /// <inheritdoc/>
    public string Name => "null";

    /// <inheritdoc/>
    public TierTraits Traits => TierTraits.None;

    /// <inheritdoc/>
    public ValueTask<TierRead> GetAsync(ReadOnlyMemory<byte> key, IBufferWriter<byte> destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        TierArguments.ThrowIfNotKey(key);
        return cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<TierRead>(cancellationToken) : new(TierRead.Nothing(TierReadStatus.Miss));
    }

    /// <inheritdoc/>
    public ValueTask<TierWriteStatus> SetAsync(ReadOnlyMemory<byte> key, ReadOnlySequence<byte> value, EntryOptions options = default, CancellationToken cancellationToken = default)
    {
        TierArguments.ThrowIfNotKey(key);
        return cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<TierWriteStatus>(cancellationToken) : new(TierWriteStatus.Done);
    }

    /// <inheritdoc/>
    public ValueTask<TierWriteStatus> RemoveAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken = default)
    {
        TierArguments.ThrowIfNotKey(key);
        return cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<TierWriteStatus>(cancellationToken) : new(TierWriteStatus.NotFound);
    }

    /// <inheritdoc/>
    public ValueTask<TierWriteStatus> ClearAsync(CancellationToken cancellationToken = default) =>
        cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<TierWriteStatus>(cancellationToken) : new(TierWriteStatus.Done);
}
