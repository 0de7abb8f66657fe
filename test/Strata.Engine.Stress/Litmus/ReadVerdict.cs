namespace Strata.Engine.Stress.Litmus;

internal enum ReadVerdict
{
    /// <summary>Nothing was there.</summary>
    Miss,

    /// <summary>The protocol refused what was read: the writer was at work.</summary>
    Refused,

    /// <summary>Accepted, and whole.</summary>
    Accepted,

    /// <summary>Accepted, and not what was asked for.</summary>
    Violation,
}
