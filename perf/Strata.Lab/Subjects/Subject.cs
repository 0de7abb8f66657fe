using Strata.Lab.Load;

namespace Strata.Lab.Subjects;

/// <summary>
/// One store under measurement. The timed loops are inside the subject: a measurement costs one virtual call for some thousand keys, and
/// every subject's own calls are compiled for it alone.
/// </summary>
internal abstract class Subject(KeySet keys, ValueSet values) : IDisposable
{
    /// <summary>Keys a call: many calls let the runtime bring the loops to their best code before the clock starts.</summary>
    private const int ChunkCount = 4096;

    protected KeySet Keys { get; } = keys;

    protected ValueSet Values { get; } = values;

    public abstract string Name { get; }

    public abstract long Count { get; }

    /// <summary>Stores the value of each index under its key, in this order.</summary>
    public void Write(ReadOnlySpan<int> indices)
    {
        for (; indices.Length > ChunkCount; indices = indices[ChunkCount..])
            WriteChunk(indices[..ChunkCount]);
        WriteChunk(indices);
    }

    /// <summary>Stores a value under each key, in this order.</summary>
    public void Write(KeyWindow given)
    {
        for (int done = 0; done < given.Count; done += ChunkCount)
            WriteChunk(given with { First = given.First + done, Count = Math.Min(ChunkCount, given.Count - done) });
    }

    /// <summary>Reads each key, and consumes every byte of what it finds.</summary>
    public ReadTally Read(KeyWindow asked)
    {
        ReadTally tally = default;
        for (int done = 0; done < asked.Count; done += ChunkCount)
            tally += ReadChunk(asked with { First = asked.First + done, Count = Math.Min(ChunkCount, asked.Count - done) });
        return tally;
    }

    protected abstract void WriteChunk(ReadOnlySpan<int> indices);

    protected abstract void WriteChunk(KeyWindow given);

    protected abstract ReadTally ReadChunk(KeyWindow asked);

    public abstract void Dispose();
}
