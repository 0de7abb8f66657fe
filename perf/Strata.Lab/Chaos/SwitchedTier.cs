using System.Buffers;
using Strata.Entries;
using Strata.Tiers;
using Strata.Tiers.Chaos;

namespace Strata.Lab.Chaos;

/// <summary>Memory that a cache takes for something slow, with chaos that can be switched.</summary>
internal sealed class SwitchedTier(MemoryTier memory) : ICacheTier
{
    private volatile ChaosTier? _bad;

    public string Name => "stand-in";

    public TierTraits Traits => TierTraits.Durable;

    /// <summary>The way to the memory when nothing is wrong at random.</summary>
    public ChaosTier Good { get; } = new(memory);

    private ChaosTier Now => _bad ?? Good;

    public void Use(ChaosOptions? options) => _bad = options is null ? null : new ChaosTier(memory, options);

    /// <summary>Comes back with nothing of what it had.</summary>
    public async ValueTask RestartAsync()
    {
        await memory.ClearAsync();
        Good.IsPartitioned = false;
    }

    public ValueTask<TierRead> GetAsync(ReadOnlyMemory<byte> key, IBufferWriter<byte> destination, CancellationToken cancellationToken = default) => Now.GetAsync(key, destination, cancellationToken);

    public ValueTask<TierWriteStatus> SetAsync(ReadOnlyMemory<byte> key, ReadOnlySequence<byte> value, EntryOptions options = default, CancellationToken cancellationToken = default) => Now.SetAsync(key, value, options, cancellationToken);

    public ValueTask<TierWriteStatus> RemoveAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken = default) => Now.RemoveAsync(key, cancellationToken);

    public ValueTask<TierWriteStatus> ClearAsync(CancellationToken cancellationToken = default) => Now.ClearAsync(cancellationToken);
}
