using System.Globalization;

namespace Strata.Engine.Stress;

/// <summary>Reads "--name value" pairs and "--flag"s; whatever nobody asked for is an error.</summary>
internal sealed class OptionReader(IReadOnlyList<string> arguments)
{
    private readonly HashSet<int> _used = [];

    public bool Flag(string name)
    {
        int at = IndexOf(name);
        return at >= 0 && _used.Add(at);
    }

    /// <exception cref="FormatException">The value is missing, not a number, or outside the range.</exception>
    public long Number(string name, long otherwise, long min, long max)
    {
        int at = IndexOf(name);
        if (at < 0)
            return otherwise;
        _used.Add(at);
        _used.Add(at + 1);
        string text = at + 1 < arguments.Count ? arguments[at + 1] : "nothing";
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) || value < min || value > max)
            throw new FormatException($"{name} takes a number from {min} to {max}, not {text}.");
        return value;
    }

    /// <summary>The text given, or null.</summary>
    /// <exception cref="FormatException">The name stands there without a text.</exception>
    public string? Text(string name)
    {
        int at = IndexOf(name);
        if (at < 0)
            return null;
        _used.Add(at);
        _used.Add(at + 1);
        return at + 1 < arguments.Count ? arguments[at + 1] : throw new FormatException($"{name} takes a text, not nothing.");
    }

    /// <exception cref="FormatException">An argument was not asked for.</exception>
    public void ThrowIfAnyLeft()
    {
        for (int i = 0; i < arguments.Count; i++)
        {
            if (!_used.Contains(i))
                throw new FormatException($"'{arguments[i]}' is not an option here.");
        }
    }

    private int IndexOf(string name)
    {
        for (int i = 0; i < arguments.Count; i++)
        {
            if (arguments[i] == name)
                return i;
        }

        return -1;
    }
}
