using System.Globalization;
using Spectre.Console;

namespace Strata.Demo.Measuring;

/// <summary>The table at the end: both runs side by side.</summary>
internal static class Report
{
    private const int WidthWithoutTerminal = 100;

    public static void Write(RunResult without, RunResult with)
    {
        Table table = new Table().Border(TableBorder.Rounded).AddColumn("");
        foreach (string heading in (ReadOnlySpan<string>)["without cache", "with Strata", "ratio"])
            table.AddColumn(new TableColumn(heading).RightAligned());

        Row(table, "requests/s", without.RequestsPerSecond, with.RequestsPerSecond, Number);
        Row(table, "requests/s, last fifth", without.LateRequestsPerSecond, with.LateRequestsPerSecond, Number);
        Row(table, "latency p50", without.MedianLatency.TotalMicroseconds, with.MedianLatency.TotalMicroseconds, Microseconds);
        Row(table, "latency p99", without.Latency99.TotalMicroseconds, with.Latency99.TotalMicroseconds, Microseconds);
        Row(table, "requests", without.RequestCount, with.RequestCount, Number);
        Row(table, "database queries", without.QueryCount, with.QueryCount, Number);
        table.AddRow("database queries saved", "—", Number(with.SavedQueryCount), "");
        if (with.Cache is { } cache)
        {
            table.AddRow("hit ratio", "—", string.Create(CultureInfo.InvariantCulture, $"{cache.HitRatioPercent:0.0} %"), "");
            table.AddRow("entries in the cache", "—", Number(cache.EntryCount), "");
            table.AddRow("native memory of the cache", "—", Mebibytes(cache.UsedBytes), "");
            table.AddRow("its capacity", "—", Mebibytes(cache.CapacityBytes), "");
        }

        Row(table, "managed memory after the run", without.ManagedBytes, with.ManagedBytes, Mebibytes);
        Row(table, "managed bytes allocated a request", PerRequest(without.AllocatedBytes, without), PerRequest(with.AllocatedBytes, with), Number);
        Row(table, "GC collections", without.CollectionCount, with.CollectionCount, Number);
        Row(table, "GC pauses, in all", without.PauseTime.TotalMilliseconds, with.PauseTime.TotalMilliseconds, Milliseconds);
        Row(table, "GC pause for each 1,000 requests", PausePerThousand(without), PausePerThousand(with), Microseconds);

        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = WidthWithoutTerminal;
        AnsiConsole.Write(table);
    }

    private static void Row(Table table, string name, double without, double with, Func<double, string> format)
    {
        string ratio = without > 0 ? string.Create(CultureInfo.InvariantCulture, $"{with / without:0.00}×") : "";
        table.AddRow(name, format(without), format(with), ratio);
    }

    private static double PerRequest(double amount, RunResult run) => amount / Math.Max(1, run.RequestCount);

    private static double PausePerThousand(RunResult run) => PerRequest(run.PauseTime.TotalMicroseconds * 1000, run);

    private static string Number(double value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Mebibytes(double bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1 << 20):N1} MiB");

    private static string Microseconds(double value) => string.Create(CultureInfo.InvariantCulture, $"{value:N1} µs");

    private static string Milliseconds(double value) => string.Create(CultureInfo.InvariantCulture, $"{value:N1} ms");
}
