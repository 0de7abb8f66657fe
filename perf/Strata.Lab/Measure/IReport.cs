namespace Strata.Lab.Measure;

/// <summary>Where figures go: standard output, in one of three forms. Notes on progress go to standard error.</summary>
internal interface IReport
{
    void Add(Figure figure);

    /// <summary>Called once, when the verb has measured everything.</summary>
    void Finish();
}
