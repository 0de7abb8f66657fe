namespace Strata.Engine.Stress.Explore.Model;

/// <summary>
/// The order within a thread that its script alone decides: for each instruction, the earlier ones that must have been performed.
/// What depends on addresses (same-location order) is decided by <see cref="Machine"/> as it goes.
/// </summary>
internal sealed class ThreadOrder
{
    private readonly IReadOnlyList<Instruction> _script;
    private readonly uint[] _before;

    public ThreadOrder(ThreadScript thread)
    {
        _script = thread.Instructions;
        _before = new uint[_script.Count];
        for (int later = 0; later < _script.Count; later++)
        {
            if (_script[later].IsMemory)
                _before[later] = Before(later);
        }
    }

    public uint this[int instruction] => _before[instruction];

    private uint Before(int later)
    {
        Instruction instruction = _script[later];
        uint before = instruction.Address.Needs | instruction.Comparand.Needs | instruction.Data.Needs;
        for (int earlier = 0; earlier < later; earlier++)
        {
            Instruction other = _script[earlier];
            if (other.IsMemory && (IsOrderedByKind(other, instruction) || IsOrderedByFence(earlier, later)))
                before |= 1u << earlier;
            // A store is not performed before it is certain that it will be, nor while an earlier access may be of the same place.
            if (instruction.IsStore && other.Kind == InstructionKind.ExitIf)
                before |= other.Data.Needs;
            if (instruction.IsStore && other.IsMemory)
                before |= other.Address.Needs;
        }

        return before;
    }

    private static bool IsOrderedByKind(Instruction earlier, Instruction later) =>
        earlier.Kind == InstructionKind.LoadAcquire || later.Kind == InstructionKind.StoreRelease || earlier.IsInterlocked || later.IsInterlocked;

    private bool IsOrderedByFence(int earlier, int later)
    {
        for (int between = earlier + 1; between < later; between++)
        {
            bool orders = _script[between].Kind switch
            {
                InstructionKind.FullFence => true,
                InstructionKind.ReadBarrier => _script[earlier].IsLoad,
                InstructionKind.WriteBarrier => _script[later].IsStore,
                _ => false,
            };
            if (orders)
                return true;
        }

        return false;
    }
}
