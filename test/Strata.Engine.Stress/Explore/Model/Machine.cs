namespace Strata.Engine.Stress.Explore.Model;

/// <summary>
/// A multi-copy atomic machine as weak as Armv8: one memory for all, each instruction performed in one step, and a thread's instructions
/// in any order but the one that <see cref="ThreadOrder"/>, dependencies and same-location coherence impose.
/// </summary>
/// <remarks>
/// A load may be performed before earlier accesses whose address is not known yet, and before earlier exits are decided. When such a guess
/// turns out to break coherence, hardware runs the load again; here the execution is given up, since the one in which the load came later is
/// explored anyhow. A load takes the value of the last earlier store of its own thread to the place, when that is still pending.
/// </remarks>
internal sealed class Machine
{
    private readonly Scenario _scenario;
    private readonly ThreadOrder[] _orders;

    public Machine(Scenario scenario)
    {
        _scenario = scenario;
        _orders = [.. scenario.Threads.Select(thread => new ThreadOrder(thread))];
    }

    /// <summary>The name of a store for <see cref="MachineState.Writers"/>, later ones of a thread higher.</summary>
    public static int StoreId(int thread, int instruction) => thread * ThreadScript.MaxInstructions + instruction + 1;

    /// <summary>The index of the first exit that is known to be taken, else the length of the script: nothing from there on happens.</summary>
    public int EndOf(MachineState state, int thread)
    {
        IReadOnlyList<Instruction> script = _scenario.Threads[thread].Instructions;
        for (int i = 0; i < script.Count; i++)
        {
            Expression condition = script[i].Data;
            if (script[i].Kind == InstructionKind.ExitIf && IsKnown(state, thread, condition) && condition.Evaluate(state.Results[thread]) != 0)
                return i;
        }

        return script.Count;
    }

    /// <summary>Performs an instruction; null when it cannot be performed now, or when performing it shows that a guess was wrong.</summary>
    public MachineState? Perform(MachineState state, int thread, int instruction)
    {
        Instruction what = _scenario.Threads[thread].Instructions[instruction];
        if (!what.IsMemory || state.IsDone(thread, instruction) || instruction >= EndOf(state, thread))
            return null;
        // A load's needs are its address; what a store has to wait for holds for its data too.
        if ((state.Done[thread] & _orders[thread][instruction]) != _orders[thread][instruction])
            return null;
        int address = what.Address.Evaluate(state.Results[thread]);
        if (address <= 0 || address >= state.Memory.Length)
            throw new InvalidOperationException($"{Describe(thread, instruction)} reaches address {address}: its script must check it first.");
        MachineState next = state.CopyFor(thread);
        bool fits = what.IsStore ? PerformStore(state, next, thread, instruction, address) : PerformLoad(state, next, thread, instruction, address);
        if (!fits)
            return null;
        next.Done[thread] |= 1u << instruction;
        DropAfterExit(next, thread);
        return next;
    }

    public string Describe(int thread, int instruction) =>
        $"{_scenario.Threads[thread].Name}.{instruction} {_scenario.Threads[thread].Instructions[instruction].Name}";

    private bool PerformLoad(MachineState state, MachineState next, int thread, int instruction, int address)
    {
        int value = state.Memory[address];
        int source = state.Writers[address];
        for (int earlier = instruction - 1; earlier >= 0; earlier--)
        {
            Instruction store = _scenario.Threads[thread].Instructions[earlier];
            if (!store.IsStore || AddressOf(state, thread, earlier) != address)
                continue;
            if (state.IsDone(thread, earlier))
                break;
            if (!IsKnown(state, thread, store.Data))
                return false;
            value = store.Data.Evaluate(state.Results[thread]);
            source = StoreId(thread, earlier);
            break;
        }

        next.Results[thread][instruction] = value;
        next.Sources[thread][instruction] = source;
        return LaterLoads(state, thread, instruction, address, stopAtStore: true).All(later => state.Sources[thread][later] == source);
    }

    private bool PerformStore(MachineState state, MachineState next, int thread, int instruction, int address)
    {
        for (int earlier = 0; earlier < instruction; earlier++)
        {
            if (!state.IsDone(thread, earlier) && AddressOf(state, thread, earlier) == address)
                return false;
        }

        Instruction what = _scenario.Threads[thread].Instructions[instruction];
        int[] results = next.Results[thread];
        bool stores = what.Kind != InstructionKind.CompareExchange || state.Memory[address] == what.Comparand.Evaluate(results);
        int value = what.Data.Evaluate(results);
        if (what.IsLoad)
        {
            results[instruction] = state.Memory[address];
            next.Sources[thread][instruction] = state.Writers[address];
        }

        if (stores)
        {
            next.Memory[address] = value;
            next.Writers[address] = StoreId(thread, instruction);
        }

        int first = StoreId(thread, instruction);
        int last = StoreId(thread, ThreadScript.MaxInstructions - 1);
        return LaterLoads(state, thread, instruction, address, stopAtStore: false)
            .All(later => state.Sources[thread][later] >= first && state.Sources[thread][later] <= last);
    }

    /// <summary>The loads of the place that come later in the script and were performed early.</summary>
    private IEnumerable<int> LaterLoads(MachineState state, int thread, int instruction, int address, bool stopAtStore)
    {
        IReadOnlyList<Instruction> script = _scenario.Threads[thread].Instructions;
        for (int later = instruction + 1; later < script.Count; later++)
        {
            if (!script[later].IsMemory || AddressOf(state, thread, later) != address)
                continue;
            if (stopAtStore && script[later].IsStore)
                yield break;
            if (script[later].IsLoad && state.IsDone(thread, later))
                yield return later;
        }
    }

    /// <summary>0, which is no place, while the address is not known and for what has none.</summary>
    private int AddressOf(MachineState state, int thread, int instruction)
    {
        Expression address = _scenario.Threads[thread].Instructions[instruction].Address;
        return IsKnown(state, thread, address) ? address.Evaluate(state.Results[thread]) : 0;
    }

    private static bool IsKnown(MachineState state, int thread, Expression expression) => (state.Done[thread] & expression.Needs) == expression.Needs;

    private void DropAfterExit(MachineState state, int thread)
    {
        int end = EndOf(state, thread);
        for (int i = end; i < _scenario.Threads[thread].Instructions.Count; i++)
        {
            state.Done[thread] &= ~(1u << i);
            state.Results[thread][i] = 0;
            state.Sources[thread][i] = 0;
        }
    }
}
