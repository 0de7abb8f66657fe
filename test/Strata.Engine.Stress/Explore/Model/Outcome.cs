namespace Strata.Engine.Stress.Explore.Model;

/// <summary>The end of one execution: every thread has finished or left.</summary>
internal sealed class Outcome(Machine machine, MachineState state)
{
    /// <summary>What a register holds; asking for one whose instruction was left out is a mistake of the rule, so rules ask <see cref="Finished"/> first.</summary>
    public int this[Register register] =>
        state.IsDone(register.Thread, register.Index)
            ? state.Results[register.Thread][register.Index]
            : throw new InvalidOperationException($"Instruction {register.Index} of thread {register.Thread} was not performed in this execution.");

    /// <summary>The word in memory.</summary>
    public int this[Location location] => state.Memory[location.Address];

    /// <summary>Whether the thread came to its end and took no exit.</summary>
    public bool Finished(ThreadScript thread) => machine.EndOf(state, thread.Number) == thread.Instructions.Count;

    /// <summary>Whether the instruction was performed, that is, no earlier exit was taken.</summary>
    public bool Performed(Register register) => state.IsDone(register.Thread, register.Index);
}
