namespace Strata.Engine.Stress.Explore.Model;

/// <summary>The straight-line script of one thread, written instruction by instruction in program order.</summary>
internal sealed class ThreadScript(int number, string name)
{
    /// <summary>Instructions are bits of a word.</summary>
    public const int MaxInstructions = 32;

    private readonly List<Instruction> _instructions = [];

    public int Number { get; } = number;

    public string Name { get; } = name;

    public IReadOnlyList<Instruction> Instructions => _instructions;

    public Register Load(string name, Expression address) => Append(InstructionKind.Load, name, address);

    public Register LoadAcquire(string name, Expression address) => Append(InstructionKind.LoadAcquire, name, address);

    public void Store(string name, Expression address, Expression value) => Append(InstructionKind.Store, name, address, value);

    public void StoreRelease(string name, Expression address, Expression value) => Append(InstructionKind.StoreRelease, name, address, value);

    /// <summary>Returns what the location held.</summary>
    public Register Exchange(string name, Expression address, Expression value) => Append(InstructionKind.Exchange, name, address, value);

    /// <summary>Returns what the location held: it was stored to if that is <paramref name="comparand"/>.</summary>
    public Register CompareExchange(string name, Expression address, Expression value, Expression comparand) =>
        Append(InstructionKind.CompareExchange, name, address, value, comparand);

    public void ReadBarrier() => Append(InstructionKind.ReadBarrier, "read barrier", 0);

    public void WriteBarrier() => Append(InstructionKind.WriteBarrier, "write barrier", 0);

    public void FullFence() => Append(InstructionKind.FullFence, "full fence", 0);

    public void ExitIf(string name, Expression condition) => Append(InstructionKind.ExitIf, name, 0, condition);

    private Register Append(InstructionKind kind, string name, Expression address, Expression? data = null, Expression? comparand = null)
    {
        if (_instructions.Count == MaxInstructions)
            throw new InvalidOperationException($"Thread '{Name}' has more than {MaxInstructions} instructions.");
        _instructions.Add(new Instruction(kind, name, address, data ?? 0, comparand ?? 0));
        return new Register(Number, _instructions.Count - 1);
    }
}
