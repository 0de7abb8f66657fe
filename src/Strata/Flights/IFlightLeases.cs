namespace Strata.Flights;

/// <summary>
/// Gives the right to load a key to one node of a cluster at a time. It is a courtesy, not a lock: a lease ends by itself, and a node that cannot ask loads all the same, so a value may be loaded twice, never not at all.
/// </summary>
/// <remarks>Safe for any number of threads. What goes wrong is <see cref="LeaseStatus.Faulted"/>; exceptions are taken for it too.</remarks>
public interface IFlightLeases
{
    /// <summary>Asks for the lease of a key.</summary>
    /// <param name="key">The key, 1 to 4096 bytes; valid until the task has ended.</param>
    /// <param name="token">Says who asks: drawn at random for each load.</param>
    /// <param name="time">How long the lease lasts if it is not given back; more than zero.</param>
    /// <param name="cancellationToken">Cancels the call, which may have brought the lease all the same.</param>
    ValueTask<LeaseStatus> TryAcquireAsync(ReadOnlyMemory<byte> key, UInt128 token, TimeSpan time, CancellationToken cancellationToken = default);

    /// <summary>Gives a lease back. If it has ended, whoever has it now keeps it.</summary>
    /// <param name="key">The key.</param>
    /// <param name="token">The token it was asked for with.</param>
    ValueTask ReleaseAsync(ReadOnlyMemory<byte> key, UInt128 token);
}
