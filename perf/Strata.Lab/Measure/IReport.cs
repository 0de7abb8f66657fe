namespace Strata.Lab.Measure;

/// <summary>Where figures go: standard output, in one of three forms. Notes on progress go to standard error.</summary>
internal interface IReport
{
    void Add(Figure figure);

    /// <summary>What follows is of another kind: it stands in a table of its own.</summary>
    void NextTable();

    /// <summary>Called once, when the verb has measured everything.</summary>
    void Finish();
}
