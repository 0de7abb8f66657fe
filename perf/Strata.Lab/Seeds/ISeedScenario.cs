namespace Strata.Lab.Seeds;

/// <summary>One run that answers one or several of the promises.</summary>
internal interface ISeedScenario
{
    /// <summary>What is run, for whoever waits.</summary>
    string Title { get; }

    IEnumerable<SeedFigure> Measure(int seed);
}
