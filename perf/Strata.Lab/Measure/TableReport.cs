using Spectre.Console;

namespace Strata.Lab.Measure;

/// <summary>One table for the reader of a terminal, printed when the verb is done.</summary>
internal sealed class TableReport(string title) : IReport
{
    private readonly FigureTable _table = new();

    public void Add(Figure figure) => _table.Add(figure);

    public void Finish()
    {
        if (_table.IsEmpty)
            return;
        Table table = new() { Border = TableBorder.Rounded, Title = new TableTitle(title) };
        int column = 0;
        foreach (string name in _table.Header)
        {
            TableColumn heading = new(Markup.Escape(name));
            if (column++ >= _table.PartCount)
                heading.RightAligned();
            table.AddColumn(heading);
        }

        foreach (string[] row in _table.Rows)
            table.AddRow(row.Select(Markup.Escape).ToArray());
        // A file or a pipe has no width of its own: rows must not wrap there.
        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = 240;
        AnsiConsole.Write(table);
    }
}
