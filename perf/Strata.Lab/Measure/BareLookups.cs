using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Strata.Lab.Measure;

/// <summary>
/// What is left of a lookup when it does nothing but reach its memory: a word of a random line in a region as large as an index, then every line of the
/// record that the word names, in a region as large as all records. Both regions ask for huge pages, as the store does.
/// </summary>
internal sealed class BareLookups
{
    private const int LineWords = 8;
    private const int HugePageBytes = 2 << 20;
    private const int AdviseHugePage = 14;

    private readonly ulong[] _index;
    private readonly ulong[] _records;
    private readonly int _recordWords;
    private ulong _sum;

    /// <param name="indexBytes">The length of the index.</param>
    /// <param name="recordBytes">The length of one record.</param>
    /// <param name="recordCount">How many records there are.</param>
    /// <param name="seed">Which record each word of the index names.</param>
    public BareLookups(long indexBytes, int recordBytes, int recordCount, int seed)
    {
        _recordWords = recordBytes / sizeof(ulong);
        _index = Allocate(indexBytes / sizeof(ulong));
        _records = Allocate((long)recordCount * _recordWords);
        Random random = new(seed);
        for (int i = 0; i < _index.Length; i++)
            _index[i] = (ulong)random.Next(recordCount) * (ulong)_recordWords;
        _records.AsSpan().Fill(1);
    }

    /// <summary>How many words the index has: what a lookup is drawn from.</summary>
    public int IndexWords => _index.Length;

    /// <summary>The seconds of these lookups when none waits for another: the processor overlaps as many as it can.</summary>
    public double OverlappedSeconds(int[] draws, int first, int count) => Crew.Seconds(1, _ => _sum += Overlapped(draws.AsSpan(first, count)));

    /// <summary>The seconds of these lookups when each waits for the one before it.</summary>
    public double SerialSeconds(int[] draws, int first, int count) => Crew.Seconds(1, _ => _sum += Serial(draws.AsSpan(first, count)));

    /// <summary>Times these lookups one by one, each when the one before it is over.</summary>
    public void Time(ReadOnlySpan<int> draws, Latencies latencies)
    {
        ulong known = Record(0), last = known;
        foreach (int draw in draws)
        {
            long start = Stopwatch.GetTimestamp();
            last = Record(_index[draw + (int)(last - known)]);
            latencies.Add(Stopwatch.GetTimestamp() - start);
        }

        _sum += last;
    }

    private ulong Overlapped(ReadOnlySpan<int> draws)
    {
        ulong sum = 0;
        foreach (int draw in draws)
            sum += Record(_index[draw]);
        return sum;
    }

    private ulong Serial(ReadOnlySpan<int> draws)
    {
        // What every record sums to, so that a difference is zero, but not before the record is there.
        ulong known = Record(0), last = known;
        foreach (int draw in draws)
            last = Record(_index[draw + (int)(last - known)]);
        return last;
    }

    private ulong Record(ulong start)
    {
        ReadOnlySpan<ulong> record = _records.AsSpan((int)start, _recordWords);
        ulong sum = record[^1];
        for (int word = 0; word < record.Length; word += LineWords)
            sum += record[word];
        return sum;
    }

    // Pinned arrays stay where they are and are not touched before the advice.
    private static ulong[] Allocate(long words)
    {
        ulong[] array = GC.AllocateUninitializedArray<ulong>((int)words, pinned: true);
        if (OperatingSystem.IsLinux())
        {
            nint start = Marshal.UnsafeAddrOfPinnedArrayElement(array, 0);
            nint aligned = (start + HugePageBytes - 1) & ~(nint)(HugePageBytes - 1);
            nint end = (start + (nint)words * sizeof(ulong)) & ~(nint)(HugePageBytes - 1);
            if (end > aligned)
                _ = Advise(aligned, end - aligned, AdviseHugePage);
        }

        return array;
    }

    [DllImport("libc", EntryPoint = "madvise")]
    private static extern int Advise(nint start, nint lengthBytes, int advice);
}
