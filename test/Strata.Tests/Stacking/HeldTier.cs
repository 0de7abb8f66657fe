using System.Buffers;
using Strata.Entries;
using Strata.Tiers;

namespace Strata.Tests.Stacking;

/// <summary>A tier that can hold one write back, whatever its token says, while all other calls pass it.</summary>
internal sealed class HeldTier(ICacheTier inner) : ICacheTier
{
    private TaskCompletionSource? _hold;

    public string Name => inner.Name;

    public TierTraits Traits => inner.Traits;

    /// <summary>Holds the next write.</summary>
    /// <returns>What lets it go.</returns>
    public TaskCompletionSource HoldNext() => _hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public ValueTask<TierRead> GetAsync(ReadOnlyMemory<byte> key, IBufferWriter<byte> destination, CancellationToken cancellationToken = default) => inner.GetAsync(key, destination, cancellationToken);

    public async ValueTask<TierWriteStatus> SetAsync(ReadOnlyMemory<byte> key, ReadOnlySequence<byte> value, EntryOptions options = default, CancellationToken cancellationToken = default)
    {
        if (Interlocked.Exchange(ref _hold, null) is { } hold)
            await hold.Task;
        return await inner.SetAsync(key, value, options, CancellationToken.None);
    }

    public ValueTask<TierWriteStatus> RemoveAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken = default) => inner.RemoveAsync(key, cancellationToken);

    public ValueTask<TierWriteStatus> ClearAsync(CancellationToken cancellationToken = default) => inner.ClearAsync(cancellationToken);
}
