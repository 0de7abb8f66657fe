using Strata.Lab.Measure;
using Strata.Lab.Subjects;

namespace Strata.Lab.Verbs;

/// <content>Point reads, from the page cache and from the device.</content>
internal sealed partial class FilesVerb
{
    private const int ReadRoundCount = 9;
    private const int WarmRounds = 3;

    private static readonly string[] s_subjects = ["strata", "raw", "limit"];

    private void Read(PointReads reads, IReport report)
    {
        // The code is compiled to its last tier, and the pages are there.
        for (int warm = 0; warm < WarmRounds * s_subjects.Length; warm++)
            Slice(warm % s_subjects.Length, reads.Cached);
        Report("page-cache", 3, Rounds.Run(3, ReadRoundCount, (subject, _) => Slice(subject, reads.Cached)));
        if (!reads.DropFromPageCache())
        {
            Say($"{Name}: the device is left out, since there is no dd that drops files from the page cache");
            return;
        }

        Report("device", 2, Rounds.Run(2, ReadRoundCount, (subject, _) =>
        {
            reads.DropFromPageCache();
            return Slice(subject, reads.NextFresh());
        }));

        double Slice(int subject, ReadOnlySpan<int> entries) => subject switch { 0 => reads.Tier(entries), 1 => reads.Raw(entries), _ => reads.Limit(entries) };

        void Report(string source, int subjects, Rounds rounds)
        {
            for (int subject = 0; subject < subjects; subject++)
            {
                Case where = Where(s_subjects[subject], reads.EntryCount, reads.ValueBytes, "read").With("source", source);
                report.Add(new(Name, where, "ns_per_op", rounds.Median(subject), "ns"));
                if (subject != 1)
                    report.Add(new(Name, where, "ratio_to_raw", rounds.TimesFaster(subject, 1), "x"));
            }
        }
    }
}
