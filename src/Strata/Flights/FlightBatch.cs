using Strata.Keys;

namespace Strata.Flights;

/// <summary>The flights that one call for many keys leads: one body flies them, with one token, one deadline and one place in the chain of loads. Each lands by itself.</summary>
internal sealed class FlightBatch : FlightNode
{
    private readonly CancellationTokenSource? _cancellation;
    private readonly Dictionary<byte[], Flight> _flights = new(KeyComparer.Instance);
    private readonly TaskCompletionSource? _expired;
    private int _wanted;
    private int _left;

    public FlightBatch(bool isCancellable, bool hasDeadline)
    {
        _cancellation = isCancellable ? new CancellationTokenSource() : null;
        _expired = hasDeadline ? new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) : null;
    }

    public IReadOnlyCollection<Flight> Flights => _flights.Values;

    /// <summary>Cancelled when nobody wants any of the flights that have not landed, and at the hard deadline.</summary>
    public CancellationToken CancellationToken => _cancellation?.Token ?? CancellationToken.None;

    /// <summary>Completed at the hard deadline; <c>null</c> without one.</summary>
    public Task? Expired => _expired?.Task;

    /// <summary>Fires at the hard deadline.</summary>
    public ITimer? Deadline { get; set; }

    /// <summary>Whether the hard deadline came before the end.</summary>
    public bool HasExpired => _expired is { Task.IsCompleted: true };

    /// <summary>Takes a flight in. Only before the body begins.</summary>
    public void Add(Flight flight)
    {
        _flights.Add(flight.Key, flight);
        _wanted++;
    }

    public Flight? Find(ReadOnlySpan<byte> key) => _flights.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(key, out Flight? flight) ? flight : null;

    /// <summary>Notes that nobody wants a flight any more, or that it has landed early. After the last one the load is told to stop; its callbacks run elsewhere.</summary>
    public void LetGo(Flight flight)
    {
        if (flight.TryLetGo() && Interlocked.Decrement(ref _wanted) == 0)
            _cancellation.CancelAndForget();
    }

    /// <summary>Whether the caller leaves for the first time: it is one caller of each flight.</summary>
    public bool TryLeave() => Interlocked.Exchange(ref _left, 1) == 0;

    public void Expire()
    {
        Slot?.Release();
        _expired!.TrySetResult();
    }
}
