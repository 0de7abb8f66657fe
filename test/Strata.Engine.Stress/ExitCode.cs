namespace Strata.Engine.Stress;

/// <summary>What the program answers. Inconclusive is not a pass.</summary>
internal static class ExitCode
{
    public const int Pass = 0;

    /// <summary>Something that must never happen was seen.</summary>
    public const int Violation = 1;

    /// <summary>Nothing forbidden was seen, but a control did not fail, so that seeing nothing means nothing.</summary>
    public const int Inconclusive = 2;

    /// <summary>The command line was not understood.</summary>
    public const int Usage = 64;
}
