namespace Strata.Demo;

/// <summary>What the command line asked for, checked.</summary>
internal sealed record DemoOptions
{
    /// <summary>Products in the catalogue.</summary>
    public int ProductCount { get; init; } = 200_000;

    /// <summary>Seconds of each of the two runs.</summary>
    public double Seconds { get; init; } = 10;

    /// <summary>Tasks that send requests at the same time.</summary>
    public int TaskCount { get; init; } = DefaultTaskCount;

    /// <summary>Capacity of the cache in MiB.</summary>
    public int CapacityMiB { get; init; } = 128;

    /// <summary>Seed of the catalogue's content and of the traffic.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Exponent of the Zipf distribution of the traffic.</summary>
    public double Skew { get; init; } = 0.99;

    /// <summary>A trace to replay instead of generated traffic.</summary>
    public string? TracePath { get; init; }

    /// <summary>Folder of the database; null is a folder of the system's temporary files.</summary>
    public string? DatabaseFolder { get; init; }

    public static int DefaultTaskCount => Math.Clamp(Environment.ProcessorCount, 2, 16);
}
