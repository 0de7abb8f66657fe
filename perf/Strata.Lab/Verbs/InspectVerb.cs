using System.CommandLine;
using Strata.Files;
using Strata.Lab.Measure;

namespace Strata.Lab.Verbs;

/// <summary>What is in a store, and is it good?</summary>
internal sealed class InspectVerb() : Verb("inspect", """
    What is in a store of the file tier, and is every record of it good? The store must not be open; nothing is changed.

    One row a segment: its state (sealed, open, free, never written, or what is wrong) and the number of its life.

    records      the good records
    removals     those of them that remove something: tombstones, clears and rules
    record_mb    the bytes of the good records, in megabytes (10^6)
    damaged      records that should be there and are not, or not as they were written

    The exit code is 1 when something is damaged, 2 when there is no store that can be read. The other options change nothing here.
    """)
{
    private readonly Argument<string> _directory = new("DIR") { Description = "The directory of the store." };

    protected override IEnumerable<Argument> OwnArguments => [_directory];

    protected override int Run(Request request, ParseResult parsed, IReport report)
    {
        try
        {
            int damaged = 0;
            foreach (FileSegmentReport segment in FileStoreInspector.Inspect(parsed.GetValue(_directory)!))
            {
                Case where = new Case(segment.Name).With("state", segment.State).With("incarnation", segment.Incarnation);
                report.Add(new(Name, where, "records", segment.Records, ""));
                report.Add(new(Name, where, "removals", segment.Removals, ""));
                report.Add(new(Name, where, "record_mb", segment.RecordBytes / 1e6, "MB"));
                report.Add(new(Name, where, "damaged", segment.DamagedRecords, ""));
                damaged += segment.DamagedRecords;
            }

            return damaged == 0 ? 0 : 1;
        }
        catch (IOException exception)
        {
            Say(exception.Message);
            return 2;
        }
    }
}
