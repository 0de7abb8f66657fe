namespace Strata.Lab.Measure;

/// <summary>What a figure was measured on: the subject first, then the parameters in the order they were given.</summary>
internal sealed class Case
{
    private readonly List<KeyValuePair<string, object>> _parts = [];

    public Case(string subject) => _parts.Add(new("subject", subject));

    private Case(IEnumerable<KeyValuePair<string, object>> parts) => _parts.AddRange(parts);

    public IReadOnlyList<KeyValuePair<string, object>> Parts => _parts;

    /// <summary>Two figures of the same key stand in the same row of a table.</summary>
    public string Key => string.Join('|', _parts.Select(part => part.Key + '=' + part.Value));

    public Case With(string name, object value) => new(_parts.Append(new(name, value)));

    public string? this[string name] => _parts.Find(part => part.Key == name).Value?.ToString();
}
