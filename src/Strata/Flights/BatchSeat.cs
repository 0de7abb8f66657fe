using Strata.Entries;

namespace Strata.Flights;

/// <summary>One key that a call for many keys did not find in memory, and the flight that is to bring it.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
internal sealed class BatchSeat<T>(int index)
{
    private CacheResult<T> _landed;
    private bool _hasLanded;

    /// <summary>The key's first place among the keys of the call.</summary>
    public int Index { get; } = index;

    /// <summary>The flight that brings it: the call's own, or one of another.</summary>
    public Flight Flight { get; set; } = null!;

    /// <summary>Whether the call leads that flight.</summary>
    public bool Leads { get; set; }

    /// <summary>Of a flight that was joined: the invalidations before that may mean it.</summary>
    public int Doubts { get; set; }

    /// <summary>Whether the flight's stale value may be served to this caller.</summary>
    public bool MayBeStale => Flight.StalePayload is not null && Doubts == 0;

    /// <summary>What the caller gets. Of the caller alone.</summary>
    public CacheResult<T> Result { get; private set; }

    public bool IsAnswered { get; private set; }

    public void Answer(CacheResult<T> result)
    {
        Result = result;
        IsAnswered = true;
    }

    /// <summary>Leaves what the call's own flight brought, for a caller that may have gone.</summary>
    public void Land(CacheResult<T> result)
    {
        _landed = result;
        Volatile.Write(ref _hasLanded, true);
    }

    /// <summary>Takes what <see cref="Land"/> left.</summary>
    public bool TryTakeLanded()
    {
        if (!Volatile.Read(ref _hasLanded))
            return false;
        Answer(_landed);
        return true;
    }
}
