using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Strata.Demo.Catalogue;

namespace Strata.Demo;

/// <summary>The command line.</summary>
internal static class DemoCommand
{
    private static readonly DemoOptions Defaults = new();

    public static RootCommand Create()
    {
        Option<int> products = Number("--products", "Products in the catalogue. A catalogue is built once for each number and seed.", Defaults.ProductCount, 1_000, 1_000_000);
        Option<double> seconds = Number("--seconds", "Seconds of each of the two runs.", Defaults.Seconds, 0.1, 3_600.0);
        Option<int> tasks = Number("--tasks", "Tasks that send requests at the same time.", Defaults.TaskCount, 1, 1_024);
        Option<int> capacity = Number("--capacity", "Capacity of the cache in MiB, with its index and all its metadata.", Defaults.CapacityMiB, 1, 1 << 20);
        Option<int> seed = Number("--seed", "Seed of the catalogue's content and of the traffic: the same seed, the same requests.", Defaults.Seed, 0, int.MaxValue);
        Option<double> skew = Number("--skew", "Exponent of the Zipf distribution: the higher, the more visitors want the same pages.", Defaults.Skew, 0.1, 5.0);
        var trace = new Option<string?>("--trace")
        {
            HelpName = "file",
            Description = "Replays a recorded trace once, or as much of it as fits in the time, instead of generated traffic: gzip of little-endian records (8 bytes key, 4 bytes size); the key modulo the number of products is the product asked for.",
        };
        trace.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<string?>() is { } path && !File.Exists(path))
                result.AddError($"--trace: there is no file '{path}'.");
        });
        var folder = new Option<string?>("--database")
        {
            HelpName = "folder",
            Description = $"Folder of the database. Default: {Path.GetFileName(CatalogueDatabase.DefaultFolder)} in the system's folder of temporary files.",
        };

        var command = new RootCommand("A web shop on a SQLite catalogue, under the same traffic first without a cache and then with Strata.")
        {
            products, seconds, tasks, capacity, seed, skew, trace, folder,
        };
        command.SetAction((parsed, cancellation) => DemoRun.RunAsync(
            new DemoOptions
            {
                ProductCount = parsed.GetValue(products),
                Seconds = parsed.GetValue(seconds),
                TaskCount = parsed.GetValue(tasks),
                CapacityMiB = parsed.GetValue(capacity),
                Seed = parsed.GetValue(seed),
                Skew = parsed.GetValue(skew),
                TracePath = parsed.GetValue(trace),
                DatabaseFolder = parsed.GetValue(folder),
            },
            cancellation));
        return command;
    }

    /// <summary>An option that takes a number between two bounds, both included.</summary>
    private static Option<T> Number<T>(string name, string description, T defaultValue, T least, T most)
        where T : struct, IComparable<T>, IFormattable
    {
        var option = new Option<T>(name)
        {
            HelpName = "n",
            Description = description,
            DefaultValueFactory = _ => defaultValue,
        };
        option.Validators.Add(result =>
        {
            // A value that is no number is reported by the parser itself.
            if (!result.Errors.Any() && TryGet(result, out T value) && (value.CompareTo(least) < 0 || value.CompareTo(most) > 0))
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; it must be from {least} to {most}."));
        });
        return option;
    }

    private static bool TryGet<T>(OptionResult result, out T value)
        where T : struct
    {
        try
        {
            value = result.GetValueOrDefault<T>();
            return true;
        }
        catch (InvalidOperationException)
        {
            value = default;
            return false;
        }
    }
}
