namespace Strata.Engine.Stress.Explore.Model;

/// <summary>
/// One line of a thread's script. <paramref name="Data"/> is what a store writes and the condition of <see cref="InstructionKind.ExitIf"/>;
/// <paramref name="Comparand"/> is for compare-exchange alone.
/// </summary>
internal sealed record Instruction(InstructionKind Kind, string Name, Expression Address, Expression Data, Expression Comparand)
{
    public bool IsLoad => Kind is InstructionKind.Load or InstructionKind.LoadAcquire or InstructionKind.Exchange or InstructionKind.CompareExchange;

    public bool IsStore => Kind is InstructionKind.Store or InstructionKind.StoreRelease or InstructionKind.Exchange or InstructionKind.CompareExchange;

    public bool IsInterlocked => IsLoad && IsStore;

    public bool IsMemory => IsLoad || IsStore;
}
