using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Strata.Demo.Catalogue;
using Strata.Demo.Measuring;
using Strata.Demo.Shop;
using Strata.Demo.Traffic;

namespace Strata.Demo;

/// <summary>The demo from beginning to end: the catalogue, the run without a cache, the run with it, the comparison.</summary>
internal static class DemoRun
{
    private const int Done = 0;
    private const int Failed = 1;
    private const int CheckedRequestCount = 500;

    public static async Task<int> RunAsync(DemoOptions options, CancellationToken cancellation)
    {
        try
        {
            return await RunShopAsync(options, cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Console.WriteLine();
            Console.WriteLine("Stopped.");
            return Failed;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or SqliteException)
        {
            await Console.Error.WriteLineAsync(e.Message).ConfigureAwait(false);
            return Failed;
        }
    }

    private static async Task<int> RunShopAsync(DemoOptions options, CancellationToken cancellation)
    {
        var progress = ProgressLine.ForConsole();
        IRequestSource source = options.TracePath is { } trace
            ? RecordedTraffic.Read(trace, options.ProductCount)
            : new ZipfTraffic(options.ProductCount, options.Skew, options.Seed);
        CatalogueDatabase database = PrepareDatabase(options, progress);
        Console.WriteLine($"Traffic: {source.Description}; {options.TaskCount} tasks, {options.Seconds:0.#} s each run.");

        using var shop = new DatabaseShop(database);
        await WarmUpAsync(shop, source, options, cancellation).ConfigureAwait(false);
        var uncached = new TrafficRun("without cache", shop, source, options) { QueryCount = () => shop.QueryCount };
        RunResult without = await uncached.RunAsync(progress, cancellation).ConfigureAwait(false);

        using var cache = new TieredCache(new TieredCacheOptions { CapacityBytes = (long)options.CapacityMiB << 20 });
        var cachedShop = new CachedShop(shop, cache);
        var cached = new TrafficRun("with Strata", cachedShop, source, options) { QueryCount = () => shop.QueryCount, Statistics = cache.GetStatistics };
        RunResult with = await cached.RunAsync(progress, cancellation).ConfigureAwait(false);

        Report.Write(without, with);
        (int compared, int different) = await AnswerCheck
            .CompareAsync(shop, cachedShop, source.Open(0, options.TaskCount), CheckedRequestCount, cancellation).ConfigureAwait(false);
        Console.WriteLine($"{compared} pages compared with the database's: {different} differ.");
        return different == 0 ? Done : Failed;
    }

    /// <summary>Lets the compiler and the system's file cache settle, so that the run that comes first does not pay for both.</summary>
    private static async Task WarmUpAsync(DatabaseShop shop, IRequestSource source, DemoOptions options, CancellationToken cancellation)
    {
        using var cache = new TieredCache(new TieredCacheOptions { CapacityBytes = (long)options.CapacityMiB << 20 });
        TimeSpan part = TimeSpan.FromSeconds(Math.Min(1, options.Seconds / 5));
        foreach (IShop warmed in new IShop[] { shop, new CachedShop(shop, cache) })
            await new Visitor(warmed, source.Open(options.TaskCount, options.TaskCount + 1)).RunAsync(part, cancellation).ConfigureAwait(false);
    }

    private static CatalogueDatabase PrepareDatabase(DemoOptions options, ProgressLine progress)
    {
        long start = Stopwatch.GetTimestamp();
        bool isNew = false;
        var building = new SynchronousProgress(share =>
        {
            isNew = true;
            progress.Show($"Building the catalogue: {share:P0} of {options.ProductCount:N0} products");
        });
        CatalogueDatabase database = CatalogueDatabase.OpenOrBuild(
            options.DatabaseFolder ?? CatalogueDatabase.DefaultFolder, options.ProductCount, options.Seed, building);
        double megabytes = new FileInfo(database.Path).Length / 1e6;
        progress.Finish(isNew
            ? $"Catalogue: {options.ProductCount:N0} products, {megabytes:N0} MB, built in {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s at {database.Path}"
            : $"Catalogue: {options.ProductCount:N0} products, {megabytes:N0} MB, found at {database.Path}");
        return database;
    }
}
