namespace Strata.Redis.Clocks;

/// <summary>One reading of a server's clock: between sending and receiving, on this node's monotonic clock, the server's stood at <see cref="Us"/>.</summary>
/// <param name="Server">The server's replication id, another one after each restart and failover.</param>
/// <param name="Us">Microseconds of the server's wall clock.</param>
/// <param name="SentAt">Ticks of <see cref="NodeClock"/>.</param>
/// <param name="ReceivedAt">Ticks of <see cref="NodeClock"/>.</param>
/// <param name="Since">Ticks of <see cref="NodeClock"/> from which on the server, and its clock, is known to have been the same one.</param>
internal sealed record ServerMoment(string Server, long Us, long SentAt, long ReceivedAt, long Since)
{
    /// <summary>How far two clocks may drift apart, one part in this many: twice what a clock is slewed by at most (500 ppm), on either side.</summary>
    private const int DriftShare = 500;

    /// <summary>What the server's clock showed at a moment, at least.</summary>
    public long EarliestUs(long at)
    {
        long us = (at - ReceivedAt) / TimeSpan.TicksPerMicrosecond;
        return Us + us - Math.Abs(us) / DriftShare - 1;
    }

    /// <summary>What the server's clock showed at a moment, at most.</summary>
    public long LatestUs(long at)
    {
        long us = (at - SentAt) / TimeSpan.TicksPerMicrosecond;
        return Us + us + Math.Abs(us) / DriftShare + 1;
    }
}
