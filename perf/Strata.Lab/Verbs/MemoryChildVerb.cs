using System.CommandLine;
using Strata.Lab.Load;
using Strata.Lab.Measure;
using Strata.Lab.Subjects;

namespace Strata.Lab.Verbs;

/// <summary>The child process of <see cref="MemoryVerb"/>: fills one subject and answers how the resident size grew.</summary>
internal sealed class MemoryChildVerb() : Verb(VerbName, "Fills one subject and answers with its resident size; started by 'memory'.")
{
    public const string VerbName = "memory-child";

    private const int WarmEntries = 20_000;

    /// <summary>Bytes an entry, beside key and value, by which the capacity is chosen for a ring that goes round: about as many entries fit as were asked for.</summary>
    private const int TightOverheadBytes = 30;

    private readonly Option<string> _subject = new("--subject") { Required = true };
    private readonly Option<int> _valueBytes = new("--value-bytes") { DefaultValueFactory = _ => ValueSet.DefaultValueBytes };
    private readonly Option<bool> _ttl = new("--ttl");
    private readonly Option<bool> _round = new("--round");

    protected override bool IsHidden => true;

    protected override IEnumerable<Option> OwnOptions => [_subject, _valueBytes, _ttl, _round];

    protected override int Run(Request request, ParseResult parsed, IReport report)
    {
        CargoOptions options = new(parsed.GetValue(_subject)!, request.Entries ?? 1_000_000, request.Seed)
        {
            ValueBytes = parsed.GetValue(_valueBytes),
            Ttl = parsed.GetValue(_ttl),
        };
        bool round = parsed.GetValue(_round);
        options = options with { CapacityBytes = round ? options.Entries * (long)(KeySet.KeyBytes + options.ValueBytes + TightOverheadBytes) : options.AmpleBytes };

        // A small store of the same kind first, so that code and the runtime's own tables are there before the count begins.
        using (Cargo warm = new(options with { Entries = WarmEntries, CapacityBytes = 8L << 20 }))
            warm.Fill(WarmEntries);
        long before = ProcessMemory.SettledResidentBytes();
        using Cargo cargo = new(options);
        cargo.Fill(round ? 3 * options.Entries : options.Entries);
        long growth = ProcessMemory.SettledResidentBytes() - before;
        ChildProcess.Answer("growth", growth);
        ChildProcess.Answer("live", cargo.LiveEntries);
        ChildProcess.Answer("capacity", cargo.Statistics?.CapacityBytes ?? 0);
        ChildProcess.Answer("used", cargo.Statistics?.UsedBytes ?? 0);
        return 0;
    }
}
