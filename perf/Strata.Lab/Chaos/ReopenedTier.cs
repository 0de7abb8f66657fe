using System.Buffers;
using Strata.Entries;
using Strata.Files;
using Strata.Tiers;

namespace Strata.Lab.Chaos;

/// <summary>A file tier that can be closed and opened again under a cache; what comes in between fails.</summary>
internal sealed class ReopenedTier(string directory, FileTierOptions options) : ICacheTier, IDisposable
{
    private volatile FileTier? _tier = new(directory, options);

    public string Name => "files";

    public TierTraits Traits => TierTraits.Durable;

    private FileTier Now => _tier ?? throw new IOException("The store is closed.");

    public void Close()
    {
        FileTier? tier = _tier;
        _tier = null;
        tier?.Dispose();
    }

    public void Reopen() => _tier = new FileTier(directory, options);

    public void Dispose() => Close();

    public ValueTask<TierRead> GetAsync(ReadOnlyMemory<byte> key, IBufferWriter<byte> destination, CancellationToken cancellationToken = default) => Now.GetAsync(key, destination, cancellationToken);

    public ValueTask<TierWriteStatus> SetAsync(ReadOnlyMemory<byte> key, ReadOnlySequence<byte> value, EntryOptions options = default, CancellationToken cancellationToken = default) => Now.SetAsync(key, value, options, cancellationToken);

    public ValueTask<TierWriteStatus> RemoveAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken = default) => Now.RemoveAsync(key, cancellationToken);

    public ValueTask<TierWriteStatus> ClearAsync(CancellationToken cancellationToken = default) => Now.ClearAsync(cancellationToken);
}
