namespace Strata.Lab.Seeds;

/// <summary>What one of the documents that Strata began with promises, and what was measured here.</summary>
/// <param name="Name">A short name.</param>
/// <param name="Row">The row of the capability it belongs to.</param>
/// <param name="Promised">The figure promised.</param>
/// <param name="IsAtMost">Whether less is better.</param>
/// <param name="Measured">The figure measured.</param>
/// <param name="Unit">The unit of both.</param>
internal sealed record SeedFigure(string Name, string Row, double Promised, bool IsAtMost, double Measured, string Unit)
{
    public bool IsKept => IsAtMost ? Measured <= Promised : Measured >= Promised;

    public static SeedFigure AtMost(string name, string row, double promised, double measured, string unit) => new(name, row, promised, IsAtMost: true, measured, unit);

    public static SeedFigure AtLeast(string name, string row, double promised, double measured, string unit) => new(name, row, promised, IsAtMost: false, measured, unit);
}
