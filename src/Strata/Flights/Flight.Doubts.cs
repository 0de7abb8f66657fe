using Strata.Invalidation;

namespace Strata.Flights;

/// <content>Invalidations of tags that came during the flight. Its tags are known only when its factory has ended: until then it is in doubt whether they mean it.</content>
internal sealed partial class Flight
{
    private const long Doubtful = 2;
    private const int MaxDoubts = 64;

    private List<InvalidationRule>? _doubts;

    /// <summary>The ids of the entry's tags, as its notes will have them; <c>null</c> while they are not known. Written by the leader, once it knows them.</summary>
    public byte[]? TagBytes
    {
        get => Volatile.Read(ref field);
        set => Volatile.Write(ref field, value);
    }

    /// <summary>The number of invalidations that may mean this flight, for one who joins it now and must not have a value that they mean.</summary>
    public int DoubtsUnderLock => _doubts?.Count ?? 0;

    /// <summary>Meets an invalidation.</summary>
    /// <returns><c>true</c> when it means the flight, or too many may; <c>false</c> when it does not, or that is still to be seen.</returns>
    public bool MeetsUnderLock(InvalidationRule rule)
    {
        if (rule.IsByKey)
            return rule.MatchesKey(Key);
        if (TagBytes is { } tags)
            return rule.MatchesTags(tags);
        _doubts ??= [];
        if (!_doubts.Contains(rule))
            _doubts.Add(rule);
        Interlocked.CompareExchange(ref _overtaken, Doubtful, Unmarked);
        return _doubts.Count > MaxDoubts;
    }

    /// <summary>Resolves the doubts by the tags that are known now.</summary>
    /// <returns><c>false</c> when an invalidation means the flight, or a writer was there.</returns>
    public bool TryResolveUnderLock()
    {
        if (FirstMatchUnderLock(FlightOutcome.Loaded) != int.MaxValue)
            return false;
        Interlocked.CompareExchange(ref _overtaken, Unmarked, Doubtful);
        return !IsOvertaken;
    }

    /// <summary>The place, in their order, of the first invalidation that means the flight's value; <see cref="int.MaxValue"/> for none. Of a value whose tags are not known, as of a stale one, every one does.</summary>
    public int FirstMatchUnderLock(FlightOutcome outcome)
    {
        for (int i = 0; i < DoubtsUnderLock; i++)
        {
            if (TagBytes is not { } tags || outcome == FlightOutcome.Stale || _doubts![i].MatchesTags(tags))
                return i;
        }

        return int.MaxValue;
    }
}
