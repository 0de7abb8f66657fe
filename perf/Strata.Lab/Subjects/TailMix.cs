using System.Diagnostics;
using Strata.Engine;
using Strata.Lab.Load;
using Strata.Lab.Measure;

namespace Strata.Lab.Subjects;

/// <summary>One thread's mix: nine gets of keys that were written, each timed by itself, then a write that is an overwrite or a new key by turns.</summary>
internal sealed class TailMix(ByteStore store, KeySet keys, ValueSet values, int firstKey, int step, int seed)
{
    private const int ChunkCount = 4096;
    private const int GetsPerWrite = 9;

    private readonly Random _random = new(seed);
    private int _next = firstKey;
    private long _writes;

    public Latencies Gets { get; private set; } = new();

    /// <summary>Forgets the times so far.</summary>
    public void Restart() => Gets = new();

    /// <summary>Makes so many gets, in chunks: many calls let the runtime bring the loop to its best code.</summary>
    public void Run(int gets)
    {
        for (int done = 0; done < gets; done += ChunkCount)
            RunChunk();
    }

    private void RunChunk()
    {
        Span<byte> key = stackalloc byte[KeySet.KeyBytes];
        Span<byte> value = stackalloc byte[values.ValueBytes];
        Run(key, value);
    }

    // Apart, since the runtime compiles a method with both a loop and a buffer on the stack once and for good.
    private void Run(Span<byte> key, Span<byte> value)
    {
        for (int i = 0; i < ChunkCount; i++)
        {
            // The key in hand, as a caller has it.
            keys.Utf8(_random.Next(_next)).CopyTo(key);
            long start = Stopwatch.GetTimestamp();
            store.TryGet(key, value, out int _);
            Gets.Add(Stopwatch.GetTimestamp() - start);
            if (i % GetsPerWrite == 0)
                Write();
        }
    }

    private void Write()
    {
        bool isNew = ++_writes % 2 == 0 && _next + step < keys.Count;
        int index = isNew ? _next += step : _random.Next(_next);
        store.Set(keys.Utf8(index), values.Of(index));
    }
}
