using System.CommandLine;
using System.Diagnostics;
using Microsoft.Win32.SafeHandles;
using Strata.Files;
using Strata.Lab.Measure;
using Strata.Lab.Subjects;

namespace Strata.Lab.Verbs;

/// <summary>How close does the file tier come to the file system?</summary>
internal sealed partial class FilesVerb() : Verb("files", """
    How close do writes and point reads of the file tier come to the file system, and what do they cost in bytes and memory?

    Both sides use the same file system (that of the temporary directory), one thread of the caller's, and the same bytes.

    operation write  all entries, one after the other, until the device has them; beside it the same bytes (keys and values) in writes of 1 MiB to one new
                     file and one flush at the end, as dd does it. The tier's own background writes and flushes run beside the caller.
    operation read   entries at random; beside it (raw) reads of the values alone by RandomAccess at random places of one file of the same size. Both
                     sides make the entry's key in one buffer, read into the caller's and compare what the value begins with.
    subject limit    the raw read, after one word from a random line of an array as large as the index that tells the place: what an index must cost

    source page-cache  all that is read is in the system's page cache
    source device      before each round the files are dropped from it (by dd, and left out where there is none), and both read places not read before

    mb_per_s             megabytes (10^6) of keys and values a second; median of the rounds
    ns_per_op            nanoseconds for a read; median of the rounds
    ratio_to_raw         how much of the file system's rate is left: median over the interleaved rounds of the ratio inside a round
    write_amplification  bytes handed to the system for each byte of a key or value
    index_bytes_per_object  memory of the index, over the entries

    Default: 200,000 entries with values of 1,000 bytes. --all: values of 100, 1,000, 4,000 and 16,000 bytes.
    """)
{
    private const int WriteRoundCount = 5;
    private const int WriteBytes = 1 << 20;
    private const long BytesAtMost = 400L << 20;

    protected override int Run(Request request, ParseResult parsed, IReport report)
    {
        foreach (int valueBytes in request.All ? (int[])[100, 1_000, 4_000, 16_000] : [1_000])
        {
            int entries = request.Entries ?? (int)Math.Min(200_000, BytesAtMost / valueBytes);
            byte[][] keys = [.. Enumerable.Range(0, entries).Select(FileStore.Key)];
            Say($"{Name}: writing {entries:N0} entries of {valueBytes:N0} bytes");
            Write(keys, valueBytes, report);
            Say($"{Name}: reading them");
            using var reads = new PointReads(keys, valueBytes, request.Seed);
            Read(reads, report);
        }

        return 0;
    }

    private void Write(byte[][] keys, int valueBytes, IReport report)
    {
        long bytes = (long)keys.Length * (FileStore.KeyBytes + valueBytes);
        FileTierStatistics statistics = default;
        Rounds rounds = Rounds.Run(2, WriteRoundCount, (subject, _) =>
        {
            if (subject == 1)
                return WriteRaw(bytes);
            using var store = new FileStore(keys.Length, valueBytes);
            long start = Stopwatch.GetTimestamp();
            store.Fill(keys);
            store.Flush(toDevice: true);
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            statistics = store.Tier.GetStatistics();
            return seconds;
        });
        string[] names = ["strata", "raw"];
        for (int subject = 0; subject < names.Length; subject++)
            report.Add(new(Name, Where(names[subject], keys.Length, valueBytes, "write"), "mb_per_s", bytes / rounds.Median(subject) / 1e6, "MB/s"));
        Case where = Where(names[0], keys.Length, valueBytes, "write");
        report.Add(new(Name, where, "ratio_to_raw", rounds.TimesFaster(0, 1), "x"));
        report.Add(new(Name, where, "write_amplification", statistics.WriteAmplification, "x"));
        report.Add(new(Name, where, "index_bytes_per_object", (double)statistics.IndexBytes / statistics.Entries, "B"));
    }

    private static double WriteRaw(long bytes)
    {
        string path = Path.GetTempFileName();
        byte[] block = new byte[WriteBytes];
        new Random(42).NextBytes(block);
        long start = Stopwatch.GetTimestamp();
        using (SafeFileHandle file = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite))
        {
            for (long offset = 0; offset < bytes; offset += block.Length)
                RandomAccess.Write(file, block.AsSpan(0, (int)Math.Min(block.Length, bytes - offset)), offset);
            RandomAccess.FlushToDisk(file);
        }

        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        File.Delete(path);
        return seconds;
    }

    private static Case Where(string subject, int entries, int valueBytes, string operation) =>
        new Case(subject).With("entries", entries).With("value_bytes", valueBytes).With("operation", operation);
}
