using System.CommandLine;
using System.Reflection;
using Strata.Lab.Measure;
using Strata.Lab.Operations;

namespace Strata.Lab.Verbs;

/// <summary>What does each public operation allocate?</summary>
internal sealed class AllocVerb() : Verb("alloc", """
    What does each public operation allocate on the managed heap?

    Each operation is called 10,000 times on one thread after a warm-up, and the thread's own counter of allocated bytes is read
    before and after: the figure is exact, not sampled. The least of three passes counts, since the runtime itself may allocate once in one.

    bytes_per_op  managed bytes allocated by one call

    --gate FILE compares each operation with its budget in that file and exits with 1 when one is over it, when an operation or a
    public method has no budget, and when a budget has no operation. --entries, --seconds and --all change nothing here.
    """)
{
    private const int Calls = 10_000;
    private const int Passes = 3;
    private const int WarmPasses = 5;
    private const int WarmCalls = 500;
    private const int CompileWaitMs = 300;

    private readonly Option<FileInfo?> _gate = new("--gate") { Description = "The file of budgets to compare with.", HelpName = "FILE" };

    protected override IEnumerable<Option> OwnOptions => [_gate];

    protected override int Run(Request request, ParseResult parsed, IReport report)
    {
        Dictionary<string, double> measured = [];
        List<string> faults = [];
        IOperationSet[] sets = [new ByteStoreOperations(), new TieredCacheOperations(), new CodecOperations(), new EnvelopeOperations(), new FileTierOperations()];
        foreach (IOperationSet set in sets)
        {
            Operation[] operations = [.. set.Operations];
            faults.AddRange(Uncovered(set, operations));
            Warm(set, operations);
            foreach (Operation operation in operations)
            {
                double bytes = Enumerable.Range(0, Passes).Min(_ => BytesPerCall(set, operation));
                measured.Add(operation.Name, bytes);
                Case where = new Case(set.Type.Name).With("operation", operation.Name);
                report.Add(new(Name, where, "bytes_per_op", bytes, "B"));
            }

            set.Dispose();
        }

        if (parsed.GetValue(_gate) is not { } file)
            return 0;
        faults.AddRange(Budgets.Read(file).Compare(measured));
        foreach (string fault in faults)
            Say("alloc: " + fault);
        Say(faults.Count == 0 ? $"alloc: {measured.Count} operations within budget" : $"alloc: {faults.Count} faults");
        return faults.Count == 0 ? 0 : 1;
    }

    /// <summary>
    /// Calls everything, and gives the runtime time to compile what was called to its last tier: code of the first tier boxes what later tiers do not.
    /// </summary>
    private static void Warm(IOperationSet set, Operation[] operations)
    {
        for (int pass = 0; pass < WarmPasses; pass++)
        {
            foreach (Operation operation in operations)
            {
                set.Fill();
                operation.Repeat(WarmCalls);
            }

            Thread.Sleep(CompileWaitMs);
        }
    }

    private static double BytesPerCall(IOperationSet set, Operation operation)
    {
        set.Fill();
        long before = GC.GetAllocatedBytesForCurrentThread();
        operation.Repeat(Calls);
        return (GC.GetAllocatedBytesForCurrentThread() - before) / (double)Calls;
    }

    /// <summary>A new public method, or a new overload of one, must come with an operation: it cannot slip past the gate by not being listed.</summary>
    private static IEnumerable<string> Uncovered(IOperationSet set, Operation[] operations)
    {
        ILookup<string, Operation> ways = operations.ToLookup(operation => operation.Member);
        return set.Type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Where(method => !method.IsSpecialName && !set.LeftOut.Contains(method.Name))
            .GroupBy(method => set.Type.Name + "." + method.Name)
            .Where(overloads => ways[overloads.Key].Count() < overloads.Count())
            .Select(overloads => $"{overloads.Key} has {overloads.Count()} public overloads, but {ways[overloads.Key].Count()} operations measure it.");
    }
}
