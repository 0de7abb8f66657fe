namespace Strata.Engine.Stress.Explore.Model;

/// <summary>A few threads, the words they share, what must never be the outcome, and what must be one (so that nothing passes by not happening).</summary>
internal sealed class Scenario(string name)
{
    private readonly List<int> _initial = [0];
    private readonly List<string> _locationNames = ["nothing"];
    private readonly List<ThreadScript> _threads = [];
    private readonly List<OutcomeRule> _forbidden = [];
    private readonly List<OutcomeRule> _expected = [];

    public string Name { get; } = name;

    public IReadOnlyList<int> InitialMemory => _initial;

    public IReadOnlyList<ThreadScript> Threads => _threads;

    public IReadOnlyList<OutcomeRule> Forbidden => _forbidden;

    public IReadOnlyList<OutcomeRule> Expected => _expected;

    public string NameOf(int address) => _locationNames[address];

    /// <summary>Adds neighbouring words with their first values.</summary>
    public Location Words(string name, params ReadOnlySpan<int> initial)
    {
        var location = new Location(_initial.Count);
        for (int i = 0; i < initial.Length; i++)
        {
            _initial.Add(initial[i]);
            _locationNames.Add(initial.Length == 1 ? name : $"{name}[{i}]");
        }

        return location;
    }

    public ThreadScript Thread(string name)
    {
        var thread = new ThreadScript(_threads.Count, name);
        _threads.Add(thread);
        return thread;
    }

    public void Forbid(string what, Predicate<Outcome> when) => _forbidden.Add(new OutcomeRule(what, when));

    public void Expect(string what, Predicate<Outcome> when) => _expected.Add(new OutcomeRule(what, when));
}
