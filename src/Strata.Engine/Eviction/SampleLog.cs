using Strata.Engine.Memory;

namespace Strata.Engine.Eviction;

/// <summary>
/// Where readers leave sampled hits: a short line for each thread, written by that thread and read by whoever conducts the duel. It loses samples and
/// promises nothing else: what is written before it was read falls on the oldest, and threads beyond the number of lines share them.
/// </summary>
internal sealed class SampleLog(int lineCount)
{
    private const int LineSamples = 64;

    // The count stands before the samples; the rest of its cache line is left free.
    private const int CountWords = 8;
    private const int LineWords = CountWords + LineSamples;

    private readonly ulong[] _words = new ulong[lineCount * LineWords];
    private readonly ulong[] _seen = new ulong[lineCount];
    private int _line;

    /// <summary>Bytes of memory that so many lines take.</summary>
    public static int LengthBytes(int lineCount) => lineCount * (LineWords + 1) * sizeof(ulong);

    /// <summary>Leaves a sample in the calling thread's line.</summary>
    public void Append(SampledKey sample)
    {
        int line = (ThreadSlot.Current & (lineCount - 1)) * LineWords;
        ulong count = _words[line];
        Volatile.Write(ref _words[line + CountWords + (int)(count % LineSamples)], sample.Word);
        Volatile.Write(ref _words[line], count + 1);
    }

    /// <summary>Copies samples that were not seen yet, in the order of each thread; one caller at a time.</summary>
    public int TakeTo(Span<ulong> samples)
    {
        int taken = 0;
        for (int lines = 0; lines < lineCount; lines++)
        {
            int line = _line * LineWords;
            ulong count = Volatile.Read(ref _words[line]);
            ref ulong seen = ref _seen[_line];
            if (count - seen > LineSamples)
                seen = count - LineSamples;
            for (; seen != count && taken < samples.Length; seen++)
                samples[taken++] = Volatile.Read(ref _words[line + CountWords + (int)(seen % LineSamples)]);
            if (seen != count)
                break;
            _line = (_line + 1) & (lineCount - 1);
        }

        return taken;
    }
}
