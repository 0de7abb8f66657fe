using Spectre.Console;

namespace Strata.Lab.Measure;

/// <summary>Tables for the reader of a terminal, printed when the verb is done.</summary>
internal sealed class TableReport(string title) : IReport
{
    private const int PipeColumns = 240;

    private readonly List<FigureTable> _tables = [new()];

    public void Add(Figure figure) => _tables[^1].Add(figure);

    public void NextTable() => _tables.Add(new());

    public void Finish()
    {
        if (Console.IsOutputRedirected)
        {
            // A file or a pipe has no colours, and no width at which rows should wrap.
            AnsiConsole.Profile.Width = PipeColumns;
            AnsiConsole.Profile.Capabilities.Ansi = false;
        }

        foreach (FigureTable table in _tables.Where(table => !table.IsEmpty))
            AnsiConsole.Write(Drawn(table));
    }

    private Table Drawn(FigureTable figures)
    {
        Table table = new() { Border = TableBorder.Rounded, Title = new TableTitle(title) };
        int column = 0;
        foreach (string name in figures.Header)
        {
            TableColumn heading = new(Markup.Escape(name));
            if (column++ >= figures.PartCount)
                heading.RightAligned();
            table.AddColumn(heading);
        }

        foreach (string[] row in figures.Rows)
            table.AddRow(row.Select(Markup.Escape).ToArray());
        return table;
    }
}
