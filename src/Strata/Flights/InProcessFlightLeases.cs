using Strata.Keys;

namespace Strata.Flights;

/// <summary>Leases among the caches of one process, for tests and for caches that share a tier.</summary>
/// <param name="time">The clock by which leases end; <c>null</c> takes the system's.</param>
public sealed class InProcessFlightLeases(TimeProvider? time = null) : IFlightLeases
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly Lock _gate = new();
    private readonly Dictionary<byte[], (UInt128 Token, long End)> _held = new(KeyComparer.Instance);

    /// <inheritdoc/>
    public ValueTask<LeaseStatus> TryAcquireAsync(ReadOnlyMemory<byte> key, UInt128 token, TimeSpan time, CancellationToken cancellationToken = default)
    {
        KeyErrors.ThrowIfNotKey(key.Span);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(time, TimeSpan.Zero);
        long now = _time.GetTimestamp();
        lock (_gate)
        {
            if (_held.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(key.Span, out (UInt128 Token, long End) held) && held.End > now)
                return new(LeaseStatus.Held);
            _held[key.ToArray()] = (token, now + (long)(time.TotalSeconds * _time.TimestampFrequency));
            return new(LeaseStatus.Acquired);
        }
    }

    /// <inheritdoc/>
    public ValueTask ReleaseAsync(ReadOnlyMemory<byte> key, UInt128 token)
    {
        Dictionary<byte[], (UInt128 Token, long End)>.AlternateLookup<ReadOnlySpan<byte>> held = _held.GetAlternateLookup<ReadOnlySpan<byte>>();
        lock (_gate)
        {
            if (held.TryGetValue(key.Span, out (UInt128 Token, long End) lease) && lease.Token == token)
                held.Remove(key.Span);
        }

        return ValueTask.CompletedTask;
    }
}
