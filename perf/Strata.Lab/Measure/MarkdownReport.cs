namespace Strata.Lab.Measure;

/// <summary>The same table in Markdown, to be pasted into a README.</summary>
internal sealed class MarkdownReport(TextWriter output) : IReport
{
    private readonly List<FigureTable> _tables = [new()];

    public void Add(Figure figure) => _tables[^1].Add(figure);

    public void NextTable() => _tables.Add(new());

    public void Finish()
    {
        foreach (FigureTable table in _tables.Where(table => !table.IsEmpty))
        {
            string[] header = [.. table.Header];
            output.WriteLine("| " + string.Join(" | ", header) + " |");
            output.WriteLine("|" + string.Concat(header.Select((_, column) => column < table.PartCount ? "---|" : "---:|")));
            foreach (string[] row in table.Rows)
                output.WriteLine("| " + string.Join(" | ", row) + " |");
            output.WriteLine();
        }
    }
}
