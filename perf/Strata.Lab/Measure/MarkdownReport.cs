namespace Strata.Lab.Measure;

/// <summary>The same table in Markdown, to be pasted into a README.</summary>
internal sealed class MarkdownReport(TextWriter output) : IReport
{
    private readonly FigureTable _table = new();

    public void Add(Figure figure) => _table.Add(figure);

    public void Finish()
    {
        if (_table.IsEmpty)
            return;
        string[] header = _table.Header.ToArray();
        output.WriteLine("| " + string.Join(" | ", header) + " |");
        output.WriteLine("|" + string.Concat(header.Select((_, column) => column < _table.PartCount ? "---|" : "---:|")));
        foreach (string[] row in _table.Rows)
            output.WriteLine("| " + string.Join(" | ", row) + " |");
    }
}
