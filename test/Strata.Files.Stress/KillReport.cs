namespace Strata.Files.Stress;

/// <summary>What was left after the kills.</summary>
/// <param name="Rounds">The kills.</param>
/// <param name="Flushed">Entries that were acknowledged and flushed.</param>
/// <param name="Back">Those of them that were back.</param>
/// <param name="Wrong">Answers that were wrong: values of another key or nobody's, older ones than were flushed, or removed ones.</param>
internal sealed record KillReport(int Rounds, long Flushed, long Back, long Wrong)
{
    private const double LeastShare = 0.99;

    public bool IsGood => Wrong == 0 && Flushed > 0 && Back >= LeastShare * Flushed;
}
