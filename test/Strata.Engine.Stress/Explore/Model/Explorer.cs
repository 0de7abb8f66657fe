namespace Strata.Engine.Stress.Explore.Model;

/// <summary>Visits every state that a scenario can reach, each once, and judges every end.</summary>
internal sealed class Explorer
{
    /// <summary>A scenario is tiny by design; one that needs more states than this was not written with that in mind.</summary>
    public const int MaxStates = 4_000_000;

    private readonly Scenario _scenario;
    private readonly Machine _machine;
    private readonly HashSet<string> _visited = [];
    private readonly HashSet<string> _missing;
    private readonly List<(int Thread, int Instruction)> _path = [];
    private int _endings;
    private Counterexample? _counterexample;

    private Explorer(Scenario scenario)
    {
        _scenario = scenario;
        _machine = new Machine(scenario);
        _missing = [.. scenario.Expected.Select(rule => rule.What)];
    }

    /// <summary>Explores all of it; a counterexample ends the search.</summary>
    public static Exploration Explore(Scenario scenario)
    {
        var explorer = new Explorer(scenario);
        explorer.Visit(MachineState.Initial(scenario));
        return new Exploration(explorer._visited.Count, explorer._endings, explorer._counterexample, [.. explorer._missing.Order()]);
    }

    private void Visit(MachineState state)
    {
        if (!_visited.Add(state.Key()))
            return;
        if (_visited.Count > MaxStates)
            throw new InvalidOperationException($"Scenario '{_scenario.Name}' has more than {MaxStates} states.");
        for (int thread = 0; thread < _scenario.Threads.Count; thread++)
        {
            for (int instruction = 0; instruction < _scenario.Threads[thread].Instructions.Count; instruction++)
            {
                if (_machine.Perform(state, thread, instruction) is not { } next)
                    continue;
                _path.Add((thread, instruction));
                Visit(next);
                _path.RemoveAt(_path.Count - 1);
                if (_counterexample is not null)
                    return;
            }
        }

        if (HasEnded(state))
            Judge(state);
    }

    /// <summary>A state without a next step is an end only when nothing is left to do: else it is a guess that turned out wrong.</summary>
    private bool HasEnded(MachineState state)
    {
        for (int thread = 0; thread < _scenario.Threads.Count; thread++)
        {
            int end = _machine.EndOf(state, thread);
            for (int i = 0; i < end; i++)
            {
                if (_scenario.Threads[thread].Instructions[i].IsMemory && !state.IsDone(thread, i))
                    return false;
            }
        }

        return true;
    }

    private void Judge(MachineState state)
    {
        _endings++;
        var outcome = new Outcome(_machine, state);
        foreach (OutcomeRule rule in _scenario.Expected)
        {
            if (_missing.Contains(rule.What) && rule.When(outcome))
                _missing.Remove(rule.What);
        }

        foreach (OutcomeRule rule in _scenario.Forbidden)
        {
            if (!rule.When(outcome))
                continue;
            _counterexample = new Counterexample(rule.What, TraceOf());
            return;
        }
    }

    private List<string> TraceOf()
    {
        var lines = new List<string>();
        MachineState state = MachineState.Initial(_scenario);
        foreach ((int thread, int index) in _path)
        {
            Instruction instruction = _scenario.Threads[thread].Instructions[index];
            int address = instruction.Address.Evaluate(state.Results[thread]);
            state = _machine.Perform(state, thread, index)!;
            string read = instruction.IsLoad ? $" reads {state.Results[thread][index]}" : "";
            string wrote = instruction.IsStore ? $" leaves {state.Memory[address]}" : "";
            lines.Add($"{_machine.Describe(thread, index)}: {instruction.Kind} of {_scenario.NameOf(address)}{read}{wrote}");
        }

        return lines;
    }
}
