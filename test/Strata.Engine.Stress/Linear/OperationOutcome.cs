namespace Strata.Engine.Stress.Linear;

/// <summary>What an operation answered.</summary>
internal enum OperationOutcome
{
    /// <summary>It did what it is for: found its value, stored it, removed what was there.</summary>
    Done,

    /// <summary>There was no entry.</summary>
    Absent,

    /// <summary>There was an entry, and it was left as it is.</summary>
    Present,

    /// <summary>There was an entry, but not with the value expected.</summary>
    Mismatch,

    /// <summary>It found no room for its value.</summary>
    NoSpace,
}
