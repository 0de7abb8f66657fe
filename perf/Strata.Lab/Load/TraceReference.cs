using System.Globalization;

namespace Strata.Lab.Load;

/// <summary>
/// Miss ratios that other policies reach on the same cells: tab-separated lines of trace, mode (obj or bytes), fraction, policy, miss
/// ratio and byte miss ratio, under a line of headings. Where a policy has two lines for a cell, the first counts.
/// </summary>
internal sealed class TraceReference
{
    public const string S3Fifo = "S3-FIFO";
    public const string Lru = "LRU";

    private readonly Dictionary<(string Trace, string Mode, double Fraction), Dictionary<string, (double Miss, double ByteMiss)>> _cells = [];

    public static TraceReference Read(FileInfo file)
    {
        TraceReference reference = new();
        foreach (string line in File.ReadLines(file.FullName).Skip(1))
        {
            string[] columns = line.Split('\t');
            (string, string, double) cell = (columns[0], columns[1], Number(columns[2]));
            if (!reference._cells.TryGetValue(cell, out Dictionary<string, (double, double)>? policies))
                policies = reference._cells[cell] = [];
            policies.TryAdd(columns[3], (Number(columns[4]), Number(columns[5])));
        }

        return reference;
    }

    /// <summary>The miss ratios of one policy, or null when the file does not know the cell.</summary>
    public (double Miss, double ByteMiss)? Of(string policy, string trace, string mode, double fraction) =>
        Cell(trace, mode, fraction) is { } policies && policies.TryGetValue(policy, out (double, double) ratios) ? ratios : null;

    /// <summary>The least miss ratios of any published online policy: experiments (x:) and the optima that see the future are left out.</summary>
    public (double Miss, double ByteMiss)? OfBest(string trace, string mode, double fraction)
    {
        if (Cell(trace, mode, fraction) is not { } policies)
            return null;
        (double Miss, double ByteMiss)[] online = [.. policies
            .Where(policy => !policy.Key.StartsWith("x:", StringComparison.Ordinal) && !policy.Key.StartsWith("Belady", StringComparison.Ordinal))
            .Select(policy => policy.Value)];
        return online.Length == 0 ? null : (online.Min(ratios => ratios.Miss), online.Min(ratios => ratios.ByteMiss));
    }

    private Dictionary<string, (double Miss, double ByteMiss)>? Cell(string trace, string mode, double fraction) =>
        _cells.GetValueOrDefault((trace, mode, fraction));

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
