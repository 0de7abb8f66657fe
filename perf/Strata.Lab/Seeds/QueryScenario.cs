using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using Strata.Lab.Load;
using Strata.Telemetry;

namespace Strata.Lab.Seeds;

/// <summary>A database of shipments that answers requests for a workstation's totals, and a cache of 10 MB before it. The same requests are answered without and with the cache.</summary>
internal sealed class QueryScenario : ISeedScenario
{
    private const int WorkstationCount = 1_000;
    private const int RowCount = 100_000;
    private const int RequestCount = 4_000;
    private const string Schema = "CREATE TABLE shipment (workstation INTEGER, day INTEGER, pieces INTEGER, weight REAL)";
    private const string Fill = """
        WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < $rows - 1)
        INSERT INTO shipment SELECT (i * 7919) % $workstations, i % 365, i % 90, (i % 1000) / 10.0 FROM n
        """;
    private const string Question = "SELECT day % 30, COUNT(*), SUM(pieces), AVG(weight) FROM shipment WHERE workstation = $workstation GROUP BY day % 30 ORDER BY 3 DESC";

    public string Title => "requests answered by a database, with a cache before it";

    public IEnumerable<SeedFigure> Measure(int seed)
    {
        SQLitePCL.Batteries_V2.Init();
        using SqliteConnection database = new("Data Source=:memory:");
        database.Open();
        Execute(database, Schema);
        Execute(database, Fill, ("$rows", RowCount), ("$workstations", WorkstationCount));
        using SqliteCommand question = database.CreateCommand();
        question.CommandText = Question;
        SqliteParameter workstation = question.Parameters.Add("$workstation", SqliteType.Integer);
        string Ask(int of)
        {
            workstation.Value = of;
            return Answer(question);
        }

        using TieredCache cache = new(new() { CapacityBytes = 10_000_000 });
        IndexSequence requests = IndexSequence.Draw(Distribution.Zipf, WorkstationCount, RequestCount, seed);
        (double queried, double queriedProcessor) = Run(requests, Ask);
        (_, double cachedProcessor) = Run(requests, of => cache.GetOrAdd($"totals:{of}", (ask: (Func<int, string>)Ask, of), static (state, _) => state.ask(state.of)));
        CacheStatistics statistics = cache.GetStatistics();
        (double cached, double hitProcessor) = Run(requests, of => cache.TryGet($"totals:{of}", out string? answer) ? answer : throw new InvalidOperationException("A cached answer was missed."));

        yield return SeedFigure.AtMost("cached_answer", "B", 10_000, cached * 1e6, "us");
        yield return SeedFigure.AtLeast("time_saved_by_a_hit", "B", 95, 100 * (1 - (cached / queried)), "%");
        yield return SeedFigure.AtLeast("times_faster", "A", 10, queried / cached, "x");
        yield return SeedFigure.AtLeast("processor_saved_by_hits", "A", 90, 100 * (1 - (hitProcessor / queriedProcessor)), "%");
        yield return SeedFigure.AtLeast("processor_saved_overall", "A", 33, 100 * (1 - (cachedProcessor / queriedProcessor)), "%");
        yield return SeedFigure.AtLeast("queries_saved", "B", 70, 100.0 * (RequestCount - statistics.Loads) / RequestCount, "%");
        yield return SeedFigure.AtMost("cache_memory", "B", 10, statistics.UsedBytes / 1e6, "MB");
    }

    /// <returns>Seconds a request, on the clock and of the processor.</returns>
    private static (double Elapsed, double Processor) Run(IndexSequence requests, Func<int, string> answer)
    {
        TimeSpan before = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        int total = 0;
        foreach (int of in requests.Window(0, RequestCount))
            total += answer(of).Length;
        double elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (total == 0)
            throw new InvalidOperationException("Every answer was empty.");
        return (elapsed / RequestCount, (Environment.CpuUsage.TotalTime - before).TotalSeconds / RequestCount);
    }

    private static string Answer(SqliteCommand question)
    {
        StringBuilder text = new("[");
        using SqliteDataReader rows = question.ExecuteReader();
        while (rows.Read())
            text.Append(CultureInfo.InvariantCulture, $"{{\"day\":{rows.GetInt32(0)},\"count\":{rows.GetInt32(1)},\"pieces\":{rows.GetInt32(2)},\"weight\":{rows.GetDouble(3):F1}}},");
        return text.Append(']').ToString();
    }

    private static void Execute(SqliteConnection database, string sql, params (string Name, int Value)[] parameters)
    {
        using SqliteCommand command = database.CreateCommand();
        command.CommandText = sql;
        foreach ((string name, int value) in parameters)
            command.Parameters.AddWithValue(name, value);
        command.ExecuteNonQuery();
    }
}
