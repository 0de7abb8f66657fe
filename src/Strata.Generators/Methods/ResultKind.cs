namespace Strata.Generators.Methods;

/// <summary>How a method gives its result.</summary>
internal enum ResultKind
{
    /// <summary>It returns the value, or nothing.</summary>
    Plain,

    /// <summary>A <c>Task</c>.</summary>
    Task,

    /// <summary>A <c>ValueTask</c>.</summary>
    ValueTask,
}
