using FsCheck;
using FsCheck.Fluent;

namespace Strata.TestKit.Scripts;

/// <summary>Generates operation scripts by a <see cref="ScriptProfile"/>, and shrinks those that fail.</summary>
public static class OperationScripts
{
    public static Arbitrary<OperationScript> Of(ScriptProfile profile)
    {
        Gen<StoreOperation> operation = Operation(profile);
        Gen<OperationScript> scripts =
            from count in Gen.Choose(profile.MinOperations, profile.MaxOperations)
            from operations in Gen.ListOf(operation, count)
            select new OperationScript([.. operations]);
        return Arb.From(scripts, Shrink);
    }

    private static Gen<StoreOperation> Operation(ScriptProfile profile)
    {
        Gen<int> key = Gen.Choose(0, profile.KeyCount - 1);
        Gen<StoreOperation> write =
            from kind in Gen.Frequency(
                (5, Gen.Constant(StoreOperationKind.Set)),
                (2, Gen.Constant(StoreOperationKind.SetSequence)),
                (2, Gen.Constant(StoreOperationKind.Add)),
                (3, Gen.Constant(StoreOperationKind.CompareExchange)))
            from number in key
            from valueBytes in Gen.Elements<int>(profile.ValueBytes)
            from ttl in Gen.Elements<int>(profile.TtlsMs)
            from soft in Gen.Elements(0, 0, 0, 1, 5, 500)
            from notesBytes in Gen.Elements(0, 0, 0, 1, 3, 100, 1024)
            from marked in Gen.Elements(false, false, false, true)
            from versioned in Gen.Elements(false, true)
            from offset in Gen.Elements(0, 0, 0, 1, 1000)
            select new StoreOperation(kind)
            {
                Key = number,
                ValueBytes = valueBytes,
                TtlMs = ttl,
                SoftTtlMs = soft,
                NotesBytes = notesBytes,
                Marked = marked,
                Versioned = versioned,
                VersionOffset = kind == StoreOperationKind.CompareExchange ? offset : 0,
            };
        Gen<StoreOperation> read =
            from kind in Gen.Elements(
                StoreOperationKind.Get, StoreOperationKind.Get, StoreOperationKind.GetTooShort, StoreOperationKind.GetIntoWriter, StoreOperationKind.GetInfo)
            from number in key
            select new StoreOperation(kind) { Key = number };
        Gen<StoreOperation> touch =
            from number in key
            from ttl in Gen.Elements<int>(profile.TtlsMs)
            select new StoreOperation(StoreOperationKind.Touch) { Key = number, TtlMs = ttl };
        Gen<StoreOperation> remove = key.Select(number => new StoreOperation(StoreOperationKind.Remove) { Key = number });
        Gen<StoreOperation> advance =
            Gen.Elements<int>(profile.AdvancesMs).Select(step => new StoreOperation(StoreOperationKind.Advance) { AdvanceMs = step });
        return Gen.Frequency(
            (profile.WriteWeight, write),
            (40, read),
            (6, touch),
            (6, remove),
            (8, advance),
            (3, Gen.Constant(new StoreOperation(StoreOperationKind.Maintain))),
            (3, Gen.Constant(new StoreOperation(StoreOperationKind.Enumerate))),
            (profile.ClearWeight, Gen.Constant(new StoreOperation(StoreOperationKind.Clear))));
    }

    /// <summary>First whole runs of operations are left out, long runs first; then single operations are made plainer.</summary>
    private static IEnumerable<OperationScript> Shrink(OperationScript script)
    {
        IReadOnlyList<StoreOperation> operations = script.Operations;
        for (int run = operations.Count; run > 0; run /= 2)
        {
            for (int start = 0; start + run <= operations.Count; start += run)
                yield return new OperationScript([.. operations.Take(start), .. operations.Skip(start + run)]);
        }

        for (int i = 0; i < operations.Count; i++)
        {
            foreach (StoreOperation plainer in Plainer(operations[i]))
                yield return new OperationScript([.. operations.Take(i), plainer, .. operations.Skip(i + 1)]);
        }
    }

    private static IEnumerable<StoreOperation> Plainer(StoreOperation operation)
    {
        if (operation.Kind is StoreOperationKind.SetSequence or StoreOperationKind.Add)
            yield return operation with { Kind = StoreOperationKind.Set };
        if (operation.Versioned)
            yield return operation with { Versioned = false };
        if (operation.SoftTtlMs != 0)
            yield return operation with { SoftTtlMs = 0 };
        if (operation.NotesBytes != 0)
            yield return operation with { NotesBytes = 0 };
        if (operation.Marked)
            yield return operation with { Marked = false };
        if (operation.TtlMs != StoreOperation.DefaultTtl)
            yield return operation with { TtlMs = StoreOperation.DefaultTtl };
        if (operation.ValueBytes > 0)
        {
            yield return operation with { ValueBytes = 0 };
            yield return operation with { ValueBytes = operation.ValueBytes / 2 };
            yield return operation with { ValueBytes = operation.ValueBytes - 1 };
        }

        if (operation.AdvanceMs > 1)
            yield return operation with { AdvanceMs = operation.AdvanceMs / 2 };
    }
}
