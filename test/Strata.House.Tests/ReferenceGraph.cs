namespace Strata.House.Tests;

/// <summary>The floors of the house, and which references between them are wrong.</summary>
internal static class ReferenceGraph
{
    // A new project gets its floor here; what runs in the compiler or the editor is below all of them.
    private static readonly Dictionary<string, int> Floors = new()
    {
        ["Strata.Generators"] = -2,
        ["Strata.CodeFixes"] = -1,
        ["Strata.Engine"] = 0,
        ["Strata"] = 1,
        ["Strata.Files"] = 2,
        ["Strata.Redis"] = 2,
        ["Strata.Hosting"] = 3,
        ["Strata.Kafka"] = 3,
        ["Strata.AspNetCore"] = 4,
        ["Strata.Demo"] = 5,
    };

    /// <summary>Why a reference may not be, or null when it may.</summary>
    /// <param name="from">The project that refers.</param>
    /// <param name="toPath">The path of the project referred to, relative to the root.</param>
    public static string? Objection(string from, string toPath)
    {
        string to = Path.GetFileNameWithoutExtension(toPath);
        if (!toPath.StartsWith("src/", StringComparison.Ordinal))
            return $"{from} refers to {toPath}, which is no part of the product.";
        if (!Floors.TryGetValue(from, out int fromFloor))
            return $"{from} has no floor.";
        if (!Floors.TryGetValue(to, out int toFloor))
            return $"{to} has no floor.";
        return toFloor < fromFloor ? null : $"{from} (floor {fromFloor}) refers to {to} (floor {toFloor}): references go down.";
    }

    public static bool HasFloor(string project) => Floors.ContainsKey(project);
}
