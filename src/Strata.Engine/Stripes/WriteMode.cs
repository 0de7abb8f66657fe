namespace Strata.Engine.Stripes;

/// <summary>Under which condition a write happens.</summary>
internal enum WriteMode
{
    /// <summary>Always.</summary>
    Set,

    /// <summary>Only if no live entry has the key, or one that may be replaced.</summary>
    Add,

    /// <summary>Only if the live entry has the expected version.</summary>
    CompareExchange,
}
