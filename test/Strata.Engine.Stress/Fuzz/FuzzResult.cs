namespace Strata.Engine.Stress.Fuzz;

/// <summary>What came of a run. Inputs that were never accepted, or never refused, prove little.</summary>
internal sealed record FuzzResult(long Accepted, long Refused, long AcceptedChanged, string? Violation)
{
    public bool IsConclusive => Accepted > 0 && Refused > 0;

    public override string ToString() => $"{Accepted + Refused:N0} inputs, {Accepted:N0} accepted ({AcceptedChanged:N0} of the changed ones), {Refused:N0} refused";
}
