namespace Strata.Entries;

/// <summary>The answer of a <c>CompareExchange</c>.</summary>
/// <param name="Outcome">What it did.</param>
/// <param name="Version">The version of the new entry, for the next exchange; 0 when nothing was kept.</param>
public readonly record struct ExchangeResult(ExchangeOutcome Outcome, long Version)
{
    /// <summary>Whether the value was kept.</summary>
    public bool IsExchanged => Outcome == ExchangeOutcome.Exchanged;
}
