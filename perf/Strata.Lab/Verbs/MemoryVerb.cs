using System.CommandLine;
using System.Globalization;
using Strata.Lab.Load;
using Strata.Lab.Measure;
using Strata.Lab.Subjects;

namespace Strata.Lab.Verbs;

/// <summary>What does an entry cost beside its key and value?</summary>
internal sealed class MemoryVerb() : Verb("memory", """
    What does an entry cost in memory, beside its key and its value?

    Each subject is filled in a process of its own, from keys of 24 bytes made on the way; the growth of that process's resident size is
    divided by the live entries. Managed subjects are collected and compacted before they are looked at, and free pages given back. Strata
    is measured before its ring has gone round (everything fits) and after (three times as many entries written as fit), with and
    without a TTL on every entry.

    overhead_bytes_per_entry  growth of the resident size by live entries, less key and value
    live_entries              entries that can be read
    resident_to_capacity      growth of the resident size over Strata's capacity, when it is full
    ledger_to_capacity        what Strata itself counts as used over its capacity, when it is full
    payload_percent           keys and values of live entries, of the growth of the resident size

    Default: 1,000,000 entries. --all: 8,000,000. --seconds changes nothing here.
    """)
{
    private readonly Option<int> _valueBytes = new("--value-bytes") { Description = "Bytes of a value.", DefaultValueFactory = _ => ValueSet.DefaultValueBytes };

    protected override IEnumerable<Option> OwnOptions => [_valueBytes];

    protected override int Run(Request request, ParseResult parsed, IReport report)
    {
        int valueBytes = parsed.GetValue(_valueBytes);
        foreach (int entries in request.Sizes(1_000_000, 8_000_000))
        {
            foreach (bool round in (bool[])[false, true])
            {
                foreach (bool ttl in (bool[])[false, true])
                    Measure(StrataSubject.SubjectName, entries, valueBytes, ttl, round, request, report);
            }

            Measure(DictionarySubject.SubjectName, entries, valueBytes, ttl: false, round: false, request, report);
            Measure(MemoryCacheSubject.SubjectName, entries, valueBytes, ttl: true, round: false, request, report);
        }

        return 0;
    }

    private void Measure(string subject, int entries, int valueBytes, bool ttl, bool round, Request request, IReport report)
    {
        Say($"{Name}: {subject}, {entries:N0} entries{(ttl ? " with a TTL" : "")}{(round ? ", ring gone round" : "")}");
        IReadOnlyDictionary<string, double> answer = ChildProcess.Run(
            MemoryChildVerb.VerbName,
            "--subject", subject,
            "--entries", Text(entries),
            "--value-bytes", Text(valueBytes),
            "--seed", Text(request.Seed),
            "--ttl", ttl ? "true" : "false",
            "--round", round ? "true" : "false");
        double payload = KeySet.KeyBytes + valueBytes;
        double growth = answer["growth"];
        double live = answer["live"];
        Case where = new Case(subject).With("entries", entries).With("value_bytes", valueBytes).With("ttl", ttl).With("ring_gone_round", round);
        report.Add(new(Name, where, "overhead_bytes_per_entry", (growth / live) - payload, "B"));
        report.Add(new(Name, where, "live_entries", live, "entries"));
        report.Add(new(Name, where, "payload_percent", 100 * payload * live / growth, "%"));
        if (!round)
            return;
        report.Add(new(Name, where, "resident_to_capacity", growth / answer["capacity"], "x"));
        report.Add(new(Name, where, "ledger_to_capacity", answer["used"] / answer["capacity"], "x"));
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
