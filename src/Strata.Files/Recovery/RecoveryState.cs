using Strata.Files.Segments;

namespace Strata.Files.Recovery;

/// <summary>What is known while the index is being built: the segments that were not looked into, and every removal. The gate's, but for <see cref="Horizon"/>.</summary>
internal sealed class RecoveryState(int identityBits)
{
    private readonly Dictionary<ulong, ulong> _buried = [];
    private ulong _horizon;

    /// <summary>Segments that were not looked into, the one with the greatest sequence last.</summary>
    public List<Segment> Pending { get; } = [];

    /// <summary>An entry that is not newer than this may have been replaced by one that was not found yet.</summary>
    public ulong Horizon
    {
        get => Volatile.Read(ref _horizon);
        set => Volatile.Write(ref _horizon, value);
    }

    public void Bury(ulong hash, ulong sequence)
    {
        ulong identity = IdentityOf(hash);
        if (!_buried.TryGetValue(identity, out ulong former) || former < sequence)
            _buried[identity] = sequence;
    }

    public bool IsBuried(ulong hash, ulong sequence) => _buried.TryGetValue(IdentityOf(hash), out ulong at) && sequence < at;

    private ulong IdentityOf(ulong hash) => identityBits >= 64 ? hash : hash >> (64 - identityBits);
}
