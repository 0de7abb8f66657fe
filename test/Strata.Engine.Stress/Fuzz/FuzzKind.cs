namespace Strata.Engine.Stress.Fuzz;

/// <summary>What an input is.</summary>
internal enum FuzzKind
{
    /// <summary>As the encoder wrote it.</summary>
    Valid,

    /// <summary>Changed, or random from the start.</summary>
    Changed,

    /// <summary>Changed, and its seals made right again: it may be accepted as something else.</summary>
    Repaired,
}
