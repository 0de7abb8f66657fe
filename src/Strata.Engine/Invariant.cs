using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Strata.Engine;

/// <summary>Statements that must hold. Checked in Debug builds and where STRATA_STRICT is defined; free elsewhere.</summary>
internal static class Invariant
{
    /// <summary>Whether this build checks them.</summary>
    public const bool AreChecked =
#if DEBUG || STRATA_STRICT
        true;
#else
        false;
#endif

    /// <summary>Throws with the expression and its values when it does not hold.</summary>
    [Conditional("DEBUG"), Conditional("STRATA_STRICT")]
    public static void That(bool holds, long first = 0, long second = 0, [CallerArgumentExpression(nameof(holds))] string? expression = null)
    {
        if (!holds)
            throw new InvalidOperationException($"Invariant broken: {expression} ({first}, {second}).");
    }
}
