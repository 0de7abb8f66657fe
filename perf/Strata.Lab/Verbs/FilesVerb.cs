using System.Buffers;
using System.CommandLine;
using System.Diagnostics;
using Microsoft.Win32.SafeHandles;
using Strata.Files;
using Strata.Lab.Measure;
using Strata.Lab.Subjects;
using Strata.Tiers;

namespace Strata.Lab.Verbs;

/// <summary>How close does the file tier come to the file system?</summary>
internal sealed class FilesVerb() : Verb("files", """
    How close do writes and point reads of the file tier come to the file system, and what do they cost in bytes and memory?

    Both sides use the same file system (that of the temporary directory), one thread of the caller's, and the same bytes. Files stay in the system's page cache.

    operation write  all entries, one after the other, until the device has them; beside it the same bytes (keys and values) in writes of 1 MiB to one new
                     file and one flush at the end, as dd does it. The tier's own background writes and flushes run beside the caller.
    operation read   entries at random, each into the caller's buffer; beside it reads of the same length by RandomAccess at random places of one file
                     of the same size

    mb_per_s             megabytes (10^6) of keys and values a second; median of the rounds
    ns_per_op            nanoseconds for a read; median of the rounds
    ratio_to_raw         how much of the file system's rate is left: median over the interleaved rounds of the ratio inside a round
    write_amplification  bytes handed to the system for each byte of a key or value
    index_bytes_per_object  memory of the index, over the entries

    Default: 200,000 entries with values of 1,000 bytes. --all: values of 100, 1,000, 4,000 and 16,000 bytes.
    """)
{
    private const int RoundCount = 7;
    private const int WriteRoundCount = 5;
    private const int WriteBytes = 1 << 20;
    private const int KeyBytes = 12;
    private const int ReadsPerRound = 60_000;
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
            Read(keys, valueBytes, request.Seed, report);
        }

        return 0;
    }

    private void Write(byte[][] keys, int valueBytes, IReport report)
    {
        long bytes = (long)keys.Length * (KeyBytes + valueBytes);
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

    private void Read(byte[][] keys, int valueBytes, int seed, IReport report)
    {
        using var store = new FileStore(keys.Length, valueBytes);
        store.Fill(keys);
        store.Flush(toDevice: true);
        string path = Path.GetTempFileName();
        long bytes = (long)keys.Length * valueBytes;
        var random = new Random(seed);
        int[] order = [.. Enumerable.Range(0, ReadsPerRound).Select(_ => random.Next(keys.Length))];
        using (SafeFileHandle file = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite))
        {
            byte[] block = new byte[WriteBytes];
            for (long offset = 0; offset < bytes; offset += block.Length)
                RandomAccess.Write(file, block.AsSpan(0, (int)Math.Min(block.Length, bytes - offset)), offset);
            var destination = new ArrayBufferWriter<byte>(valueBytes);
            byte[] buffer = new byte[valueBytes];
            double ReadTier()
            {
                int misses = 0;
                long start = Stopwatch.GetTimestamp();
                foreach (int entry in order)
                {
                    destination.ResetWrittenCount();
                    TierRead read = store.Tier.GetAsync(keys[entry], destination).Result;
                    // A few in a million keys share their hash with a later one.
                    if (read.Status != TierReadStatus.Hit ? ++misses > order.Length / 1_000 : BitConverter.ToInt32(destination.WrittenSpan) != entry)
                        throw new InvalidOperationException($"Entry {entry} was not read.");
                }

                return Stopwatch.GetElapsedTime(start).TotalNanoseconds / order.Length;
            }

            double ReadRaw()
            {
                long start = Stopwatch.GetTimestamp();
                foreach (int entry in order)
                {
                    if (RandomAccess.Read(file, buffer, (long)entry * valueBytes) != valueBytes)
                        throw new InvalidOperationException($"Place {entry} was not read.");
                }

                return Stopwatch.GetElapsedTime(start).TotalNanoseconds / order.Length;
            }

            // The code is compiled to its last tier, and the pages are there.
            for (int warm = 0; warm < 3; warm++)
            {
                ReadTier();
                ReadRaw();
            }

            Rounds rounds = Rounds.Run(2, RoundCount, (subject, _) => subject == 0 ? ReadTier() : ReadRaw());
            report.Add(new(Name, Where("strata", keys.Length, valueBytes, "read"), "ns_per_op", rounds.Median(0), "ns"));
            report.Add(new(Name, Where("raw", keys.Length, valueBytes, "read"), "ns_per_op", rounds.Median(1), "ns"));
            report.Add(new(Name, Where("strata", keys.Length, valueBytes, "read"), "ratio_to_raw", rounds.TimesFaster(0, 1), "x"));
        }

        File.Delete(path);
    }

    private static Case Where(string subject, int entries, int valueBytes, string operation) =>
        new Case(subject).With("entries", entries).With("value_bytes", valueBytes).With("operation", operation);
}
