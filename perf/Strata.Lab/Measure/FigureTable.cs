using System.Globalization;

namespace Strata.Lab.Measure;

/// <summary>Figures turned into rows: one row a case, one column a part of the case, one column a figure.</summary>
internal sealed class FigureTable
{
    private readonly List<string> _partNames = [];
    private readonly List<string> _figureNames = [];
    private readonly Dictionary<string, string> _units = [];
    private readonly List<(Case Case, Dictionary<string, double> Figures)> _rows = [];
    private readonly Dictionary<string, int> _rowOfCase = [];

    public void Add(Figure figure)
    {
        foreach ((string name, _) in figure.Case.Parts)
            if (!_partNames.Contains(name))
                _partNames.Add(name);
        if (!_figureNames.Contains(figure.Name))
            _figureNames.Add(figure.Name);
        _units[figure.Name] = figure.Unit;
        if (!_rowOfCase.TryGetValue(figure.Case.Key, out int row))
        {
            row = _rowOfCase[figure.Case.Key] = _rows.Count;
            _rows.Add((figure.Case, []));
        }

        _rows[row].Figures[figure.Name] = figure.Value;
    }

    public bool IsEmpty => _rows.Count == 0;

    public int PartCount => _partNames.Count;

    public IEnumerable<string> Header => _partNames.Concat(_figureNames.Select(name => name.Replace('_', ' ') + Suffix(name, _units[name])));

    public IEnumerable<string[]> Rows => _rows.Select(row => _partNames
        .Select(name => row.Case[name] ?? "")
        .Concat(_figureNames.Select(name => row.Figures.TryGetValue(name, out double value) ? Text(value, _units[name]) : ""))
        .ToArray());

    /// <summary>The unit, where the figure's name does not say it already.</summary>
    private static string Suffix(string name, string unit) =>
        unit is "" or "x" or "share" || name.Split('_').Contains(unit == "%" ? "percent" : unit) ? "" : $" ({unit})";

    private static string Text(double value, string unit)
    {
        int digits = unit switch
        {
            "share" => 4,
            "x" => Math.Abs(value - 1) < 0.1 ? 3 : 2,
            _ => Math.Abs(value) >= 100 || value == Math.Floor(value) ? 0 : Math.Abs(value) >= 10 ? 1 : 2,
        };
        return value.ToString((unit is "x" or "share" ? "F" : "N") + digits, CultureInfo.InvariantCulture);
    }
}
