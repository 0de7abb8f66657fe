namespace Strata.Invalidation;

/// <summary>
/// The invalidations of one store of entries. One that is registered is in force at once: readers hold each entry against <see cref="Pending"/> until a sweep over all entries, begun after the
/// registration, has ended.
/// </summary>
/// <remarks>
/// A reader takes <see cref="Pending"/> before it reads an entry. An invalidation that was complete before is either in it, or has swept: the entry is gone. With nothing pending that is one read and a branch.
/// </remarks>
internal sealed class InvalidationLog
{
    /// <summary>The most single tags that are pending at once.</summary>
    public const int MaxTags = 1024;

    /// <summary>The most other rules: each is tested on each read of an entry.</summary>
    public const int MaxRules = 64;

    private static readonly PendingInvalidations s_none = new(0, [], []);

    private readonly Lock _gate = new();
    private PendingInvalidations? _pending;
    private long _sequence;

    /// <summary>What is pending; <c>null</c> for nothing.</summary>
    public PendingInvalidations? Pending => Volatile.Read(ref _pending);

    /// <summary>Puts a rule in force.</summary>
    /// <returns><c>false</c> when too many are pending: a sweep must end first.</returns>
    public bool TryRegister(InvalidationRule rule)
    {
        lock (_gate)
        {
            PendingInvalidations next = (_pending ?? s_none).With(rule, _sequence + 1);
            if (next.TagCount > MaxTags || next.RuleCount > MaxRules)
                return false;
            _sequence++;
            Volatile.Write(ref _pending, next);
            return true;
        }
    }

    /// <summary>Ends the invalidations up to a sequence: a sweep that began when they were pending has ended.</summary>
    public void Retire(long sequence)
    {
        lock (_gate)
            Volatile.Write(ref _pending, _pending?.After(sequence));
    }
}
