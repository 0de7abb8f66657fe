using System.CommandLine;
using System.Diagnostics;
using Strata.Engine;
using Strata.Lab.Load;
using Strata.Lab.Measure;
using Strata.Lab.Subjects;

namespace Strata.Lab.Verbs;

/// <summary>How much does one process hold, and what does a change of its capacity cost?</summary>
internal sealed class CapacityVerb() : Verb("capacity", """
    How many entries does one process hold, is every one of them what was written, and what does a change of the capacity cost?

    A store is filled by one thread with entries of 24-byte keys and values that differ in every word, all are read back and compared byte by byte. Then its
    capacity is doubled, set to half of what it was, and read back again; then it is cleared and trimmed. Keys and values are made on the way; their time is included.

    step fill
    seconds            filling the store
    step read
    seconds            reading every entry back, and comparing it
    step double, step half
    seconds            the call that changes the capacity: half of the entries are evicted by the second
    step trim
    seconds            clearing and trimming

    each step
    capacity_bytes     the capacity after the step
    used_bytes         what the store itself counts
    resident_bytes     what of its native memory is resident, and
    huge_page_bytes    how much of that in huge pages, as the system tells (Linux only)
    entries            entries in the store

    steps that read
    verified_entries   entries read back whole and right; all of them must be, or the run fails
    missing_entries    keys that were written and are not there: evicted, when the capacity was halved

    Default: 10,000,000 entries of 100 bytes. --seconds and --all change nothing here.
    """)
{
    private readonly Option<int> _valueBytes = new("--value-bytes") { Description = "Bytes of a value.", DefaultValueFactory = _ => ValueSet.DefaultValueBytes };

    protected override IEnumerable<Option> OwnOptions => [_valueBytes];

    protected override int Run(Request request, ParseResult parsed, IReport report)
    {
        int entries = request.Entries ?? 10_000_000;
        int valueBytes = parsed.GetValue(_valueBytes);
        long capacityBytes = new CargoOptions(StrataSubject.SubjectName, entries, request.Seed) { ValueBytes = valueBytes }.AmpleBytes;
        using ByteStore store = new(new ByteStoreOptions { CapacityBytes = capacityBytes, MaxCapacityBytes = 2 * capacityBytes });
        EntryRange range = new(store, entries, valueBytes, (ulong)request.Seed);

        Step("fill", range.Fill);
        Step("read", () => range.Verify(mayMiss: false));
        Step("double", () => store.SetCapacity(2 * capacityBytes));
        Step("half", () => store.SetCapacity(Math.Max(store.MinCapacityBytes, capacityBytes / 2)));
        Step("read", () => range.Verify(mayMiss: true));
        Step("trim", () =>
        {
            store.Clear();
            store.Trim();
        });
        return 0;

        void Step(string step, Action work)
        {
            Say($"{Name}: {step}, {entries:N0} entries");
            range.Forget();
            double seconds = Crew.Seconds(1, _ => work());
            StoreStatistics statistics = store.GetStatistics();
            MemoryReport memory = store.GetMemoryReport();
            Case where = new Case(StrataSubject.SubjectName).With("entries", entries).With("value_bytes", valueBytes).With("step", step).With("capacity", statistics.CapacityBytes);
            report.Add(new(Name, where, "seconds", seconds, "s"));
            report.Add(new(Name, where, "capacity_bytes", statistics.CapacityBytes, "B"));
            report.Add(new(Name, where, "used_bytes", statistics.UsedBytes, "B"));
            if (memory is { ResidentBytes: { } resident, HugePageBytes: { } huge })
            {
                report.Add(new(Name, where, "resident_bytes", resident, "B"));
                report.Add(new(Name, where, "huge_page_bytes", huge, "B"));
            }

            report.Add(new(Name, where, "entries", statistics.EntryCount, "entries"));
            if (range.Verified + range.Missing == 0)
                return;
            report.Add(new(Name, where, "verified_entries", range.Verified, "entries"));
            report.Add(new(Name, where, "missing_entries", range.Missing, "entries"));
        }
    }
}
