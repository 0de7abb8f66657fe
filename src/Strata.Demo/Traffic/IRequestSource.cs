namespace Strata.Demo.Traffic;

/// <summary>Where requests come from. Opening a source again gives the same requests again.</summary>
internal interface IRequestSource
{
    /// <summary>What it is, for the heading of the report.</summary>
    string Description { get; }

    /// <summary>Opens the part of the requests that one of several tasks sends.</summary>
    IRequestStream Open(int task, int taskCount);
}
