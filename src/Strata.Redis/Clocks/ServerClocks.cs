using System.Collections.Concurrent;

namespace Strata.Redis.Clocks;

/// <summary>The clocks of the servers, by hash slot. Without a cluster all keys are in slot 0.</summary>
/// <remarks>Safe for any number of threads: of two readings at once either one is kept, and both are true.</remarks>
internal sealed class ServerClocks
{
    public const int SlotCount = 16_384;

    /// <summary>Servers remembered; one more forgets them all, which costs some loads their place.</summary>
    private const int MaxServers = 1_024;

    private readonly ServerMoment?[] _bySlot = new ServerMoment?[SlotCount];
    private readonly ConcurrentDictionary<string, long> _firstHeardOf = new();

    public ServerMoment? Find(int slot) => Volatile.Read(ref _bySlot[slot]);

    /// <summary>Takes note of a reading.</summary>
    public ServerMoment Observe(int slot, string server, long us, long sentAt, long receivedAt)
    {
        ServerMoment? former = Find(slot);
        var moment = new ServerMoment(server, us, sentAt, receivedAt, Since(former, server, us, sentAt, receivedAt));
        Volatile.Write(ref _bySlot[slot], moment);
        return moment;
    }

    private long Since(ServerMoment? former, string server, long us, long sentAt, long receivedAt)
    {
        if (_firstHeardOf.Count >= MaxServers)
            _firstHeardOf.Clear();
        long firstHeardAt = _firstHeardOf.GetOrAdd(server, receivedAt);
        if (former is null)
            return firstHeardAt;
        // The slot has moved, or its server was restarted or replaced, or its clock was set.
        bool isSame = former.Server == server && us >= former.EarliestUs(sentAt) && us <= former.LatestUs(receivedAt);
        return isSame ? former.Since : receivedAt;
    }
}
