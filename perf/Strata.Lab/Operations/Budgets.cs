using System.Text.Json;

namespace Strata.Lab.Operations;

/// <summary>The bytes each operation may allocate, by its name.</summary>
internal sealed class Budgets
{
    private readonly Dictionary<string, double> _bytes;

    private Budgets(Dictionary<string, double> bytes) => _bytes = bytes;

    public static Budgets Read(FileInfo file)
    {
        using FileStream stream = file.OpenRead();
        using JsonDocument document = JsonDocument.Parse(stream);
        return new(document.RootElement.GetProperty("bytes_per_op").EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value.GetDouble()));
    }

    /// <summary>One line a fault; none when every operation keeps to its budget and both lists are the same.</summary>
    public IEnumerable<string> Compare(IReadOnlyDictionary<string, double> measured)
    {
        foreach ((string name, double bytes) in measured)
        {
            if (!_bytes.TryGetValue(name, out double budget))
                yield return $"'{name}' allocates {bytes} bytes a call and has no budget.";
            else if (bytes > budget)
                yield return $"'{name}' allocates {bytes} bytes a call; its budget is {budget}.";
        }

        foreach (string name in _bytes.Keys.Except(measured.Keys))
            yield return $"'{name}' has a budget, but no operation has this name.";
    }
}
