using System.Text;
using System.Text.Json;

namespace Strata.Lab.Measure;

/// <summary>One JSON object a line, written as soon as the figure is known, and nothing else.</summary>
internal sealed class JsonReport(TextWriter output) : IReport
{
    public void Add(Figure figure)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter writer = new(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("verb", figure.Verb);
            writer.WriteStartObject("case");
            foreach ((string name, object value) in figure.Case.Parts)
                WritePart(writer, name, value);
            writer.WriteEndObject();
            writer.WriteString("figure", figure.Name);
            writer.WriteNumber("value", Rounded(figure.Value));
            writer.WriteString("unit", figure.Unit);
            writer.WriteEndObject();
        }

        output.WriteLine(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
        output.Flush();
    }

    public void NextTable()
    {
    }

    public void Finish()
    {
    }

    private static void WritePart(Utf8JsonWriter writer, string name, object value)
    {
        switch (value)
        {
            case bool flag: writer.WriteBoolean(name, flag); break;
            case int number: writer.WriteNumber(name, number); break;
            case long number: writer.WriteNumber(name, number); break;
            case double number: writer.WriteNumber(name, number); break;
            default: writer.WriteString(name, value.ToString()); break;
        }
    }

    /// <summary>Six significant digits: more would only be noise in a diff.</summary>
    private static double Rounded(double value)
    {
        if (value == 0 || !double.IsFinite(value))
            return double.IsFinite(value) ? 0 : throw new InvalidOperationException($"A figure is {value}, which no report can carry.");
        return double.Parse(value.ToString("G6", System.Globalization.CultureInfo.InvariantCulture), System.Globalization.CultureInfo.InvariantCulture);
    }
}
