namespace Strata.Engine.Stress.Fuzz;

/// <summary>What is wrong with a control.</summary>
internal enum FuzzFault
{
    None,

    /// <summary>A length is believed, and an index is out of range.</summary>
    Throws,

    /// <summary>As much memory as a length says is taken before anything is checked.</summary>
    AllocatesByLength,

    /// <summary>The sum is not looked at.</summary>
    AcceptsDamage,

    /// <summary>An empty payload is taken for none.</summary>
    RefusesValid,

    /// <summary>A byte is written behind the payload.</summary>
    WritesBeyond,
}
