using System.Diagnostics.CodeAnalysis;
using Strata.Keys;

namespace Strata.Flights;

/// <summary>
/// The flights of one cache, found by key, and the writers that are at work. It decides who leads, who joins, and whom a writer overtakes.
/// </summary>
/// <remarks>
/// A writer (set, remove, clear) announces itself, overtakes the key's flight, does its work, overtakes again, and signs off. A flight lists itself first and then looks for
/// announced writers; if it sees one, it is overtaken from the start. Announcing and listing are full fences, so that of a writer and a flight that overlap at least
/// one sees the other. Announcements are counted per hashed slot: two keys of one slot cost a flight its place in the cache, never its correctness.
/// </remarks>
internal sealed partial class FlightTable
{
    private const int StripeCount = 64;
    private const int SlotCount = 4096;

    private readonly FlightStripe[] _stripes = new FlightStripe[StripeCount];
    private readonly int[] _writers = new int[SlotCount];
    private int _clears;
    private int _listed;

    public FlightTable()
    {
        for (int i = 0; i < StripeCount; i++)
            _stripes[i] = new FlightStripe();
    }

    /// <summary>The flights that new callers would find.</summary>
    public int ListedCount => Volatile.Read(ref _listed);

    /// <summary>When the oldest of them began; <c>null</c> when there is none.</summary>
    public long? OldestStart
    {
        get
        {
            if (ListedCount == 0)
                return null;
            long? oldest = null;
            foreach (FlightStripe stripe in _stripes)
            {
                lock (stripe.Gate)
                    oldest = stripe.OldestStartUnderLock() is { } start && start < (oldest ?? long.MaxValue) ? start : oldest;
            }

            return oldest;
        }
    }

    /// <summary>Joins the flight of a key or starts one.</summary>
    /// <param name="key">The key; copied when a flight starts.</param>
    /// <param name="kind">A lookup never joins a load, which may take much longer; it then flies alone, unlisted, and leaves no trace in the cache.</param>
    /// <param name="isCancellable">Whether the load may be cancelled: its leader can leave, or it has a deadline.</param>
    /// <param name="leads">Whether the caller leads the flight and must land it.</param>
    /// <param name="doubts">Of a flight that was joined: the invalidations before that may mean it. If one does, its result is not for this caller.</param>
    /// <param name="batch">The batch that a new flight belongs to; <c>null</c> for one that flies alone.</param>
    /// <exception cref="InvalidOperationException">The caller is itself part of the load that it asks for.</exception>
    public Flight JoinOrStart(ReadOnlySpan<byte> key, FlightKind kind, bool isCancellable, out bool leads, out int doubts, FlightBatch? batch = null)
    {
        uint fingerprint = KeyFingerprint.Compute(key);
        FlightStripe stripe = _stripes[fingerprint % StripeCount];
        if (kind == FlightKind.Load)
            FlightChain.ThrowIfLoading(stripe, key);
        doubts = 0;
        Flight flight;
        lock (stripe.Gate)
        {
            if (FindOrOvertakeCopyUnderLock(stripe, key) is { } found)
            {
                if (kind == FlightKind.Load || found.Kind == FlightKind.Lookup)
                {
                    found.CallersUnderLock++;
                    found.CompletionUnderLock ??= new TaskCompletionSource<FlightResult>(TaskCreationOptions.RunContinuationsAsynchronously);
                    leads = false;
                    doubts = found.DoubtsUnderLock;
                    return found;
                }

                flight = new Flight(stripe, key.ToArray(), kind, isCancellable, batch);
                flight.Overtake();
                leads = true;
                return flight;
            }

            flight = new Flight(stripe, key.ToArray(), kind, isCancellable, batch);
            stripe.ListUnderLock(flight);
            Interlocked.Increment(ref _listed);
        }

        OvertakeIfWriterIsAtWork(flight, fingerprint);
        leads = true;
        return flight;
    }

    /// <summary>Lets one caller go. The last one out cancels the load and makes the key free.</summary>
    public void Leave(Flight flight)
    {
        lock (flight.Stripe.Gate)
        {
            if (--flight.CallersUnderLock > 0 || flight.HasLanded)
                return;
            flight.Overtake();
            Unlist(flight);
        }

        flight.Cancel();
    }

    /// <summary>Ends a flight: nobody finds it any more, and those who joined get its result, unless its deadline came first.</summary>
    public void Land(Flight flight, FlightOutcome outcome, ReadOnlySpan<byte> payload)
    {
        if (End(flight, outcome, out int firstMatch) is { } completion)
            completion.TrySetResult(new FlightResult(outcome, payload.ToArray(), firstMatch, flight.Key));
    }

    /// <summary>Ends a flight that failed: those who joined get its exception.</summary>
    public void Fail(Flight flight, Exception exception)
    {
        if (End(flight, FlightOutcome.Empty, out _) is { } completion)
            Fail(completion, exception);
    }

    /// <summary>Makes what those who wait for a flight wait for, if nobody has.</summary>
    public static void MakeCompletion(Flight flight)
    {
        lock (flight.Stripe.Gate)
            flight.CompletionUnderLock ??= new TaskCompletionSource<FlightResult>(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Ends the wait for a flight whose time is over: its key is free, those who wait get the stale value or a <see cref="TimeoutException"/>, and its token is cancelled.</summary>
    /// <returns><c>false</c> when it has landed before.</returns>
    public bool TryExpire(Flight flight, TimeSpan deadline)
    {
        TaskCompletionSource<FlightResult>? completion;
        int firstMatch;
        lock (flight.Stripe.Gate)
        {
            if (flight.HasLanded)
                return false;
            flight.HasExpired = true;
            flight.Overtake();
            Unlist(flight);
            completion = flight.CompletionUnderLock;
            firstMatch = flight.FirstMatchUnderLock(FlightOutcome.Stale);
        }

        flight.Slot?.Release();
        flight.Cancel();
        if (completion is null)
            return true;
        if (flight.StalePayload is { } stale)
            completion.TrySetResult(new FlightResult(FlightOutcome.Stale, stale, firstMatch, flight.Key));
        else
            Fail(completion, FlightErrors.TimedOut(flight.Key.Length, deadline));
        return true;
    }

    /// <summary>Refuses a key whose load the current flow is part of, before anything is begun for it.</summary>
    /// <exception cref="InvalidOperationException">It is.</exception>
    public void ThrowIfLoading(ReadOnlySpan<byte> key) => FlightChain.ThrowIfLoading(_stripes[KeyFingerprint.Compute(key) % StripeCount], key);

    /// <summary>Starts a flight that refreshes an entry in the background, unless the key has a flight already.</summary>
    public bool TryStartRefresh(ReadOnlySpan<byte> key, [NotNullWhen(true)] out Flight? flight, FlightBatch? batch = null)
    {
        uint fingerprint = KeyFingerprint.Compute(key);
        FlightStripe stripe = _stripes[fingerprint % StripeCount];
        flight = null;
        lock (stripe.Gate)
        {
            if (FindOrOvertakeCopyUnderLock(stripe, key) is not null)
                return false;
            flight = new Flight(stripe, key.ToArray(), FlightKind.Load, isCancellable: true, batch) { IsRefresh = true };
            stripe.ListUnderLock(flight);
            Interlocked.Increment(ref _listed);
        }

        OvertakeIfWriterIsAtWork(flight, fingerprint);
        return true;
    }

    /// <summary>Asks to write to the tiers behind for a flight. A writer that overtakes it from now on waits for the end of these writes.</summary>
    public static bool TryBeginTierWrites(Flight flight)
    {
        lock (flight.Stripe.Gate)
        {
            if (!flight.TryResolveUnderLock())
                return false;
            flight.TierWritesUnderLock = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return true;
        }
    }

    /// <summary>Ends what <see cref="TryBeginTierWrites"/> began.</summary>
    public static void EndTierWrites(Flight flight) => flight.TierWritesUnderLock!.SetResult();

    /// <summary>Announces a writer of a key and overtakes the key's flight.</summary>
    /// <returns>What the writer must wait for before it writes to the tiers behind; <c>null</c> for nothing.</returns>
    public Task? BeginWrite(ReadOnlySpan<byte> key, uint fingerprint)
    {
        Interlocked.Increment(ref _writers[fingerprint % SlotCount]);
        return OvertakeKey(key, fingerprint);
    }

    /// <summary>Signs a writer off.</summary>
    public void EndWrite(ReadOnlySpan<byte> key, uint fingerprint)
    {
        OvertakeKey(key, fingerprint);
        Interlocked.Decrement(ref _writers[fingerprint % SlotCount]);
    }

    /// <summary>Announces a clear and overtakes every flight.</summary>
    /// <returns>What must be waited for before the tiers behind are cleared.</returns>
    public Task BeginClear()
    {
        Interlocked.Increment(ref _clears);
        return OvertakeAll();
    }

    /// <summary>Signs a clear off.</summary>
    public void EndClear()
    {
        OvertakeAll();
        Interlocked.Decrement(ref _clears);
    }

    private void OvertakeIfWriterIsAtWork(Flight flight, uint fingerprint)
    {
        if (Volatile.Read(ref _writers[fingerprint % SlotCount]) != 0 || Volatile.Read(ref _clears) != 0)
            flight.Overtake();
        MeetRulesAtWork(flight);
    }

    private static void Fail(TaskCompletionSource<FlightResult> completion, Exception exception)
    {
        // All who joined may have left; the exception is not unobserved for that.
        if (completion.TrySetException(exception))
            _ = completion.Task.Exception;
    }

    private Task? OvertakeKey(ReadOnlySpan<byte> key, uint fingerprint)
    {
        if (Volatile.Read(ref _listed) == 0)
            return null;
        FlightStripe stripe = _stripes[fingerprint % StripeCount];
        lock (stripe.Gate)
        {
            if (stripe.FindUnderLock(key) is not { } flight)
                return null;
            flight.Overtake();
            Unlist(flight);
            return flight.TierWritesUnderLock?.Task;
        }
    }

    private Task OvertakeAll()
    {
        List<Task>? pending = null;
        foreach (FlightStripe stripe in _stripes)
        {
            lock (stripe.Gate)
            {
                foreach (Flight flight in stripe.AllUnderLock())
                {
                    flight.Overtake();
                    Unlist(flight);
                    if (flight.TierWritesUnderLock is { } writes)
                        (pending ??= []).Add(writes.Task);
                }
            }
        }

        return pending is null ? Task.CompletedTask : Task.WhenAll(pending);
    }

    private TaskCompletionSource<FlightResult>? End(Flight flight, FlightOutcome outcome, out int firstMatch)
    {
        lock (flight.Stripe.Gate)
        {
            firstMatch = flight.FirstMatchUnderLock(outcome);
            flight.HasLanded = true;
            flight.Deadline?.Dispose();
            Unlist(flight);
            return flight.CompletionUnderLock;
        }
    }

    private void Unlist(Flight flight)
    {
        if (flight.Stripe.UnlistUnderLock(flight))
            Interlocked.Decrement(ref _listed);
    }
}
