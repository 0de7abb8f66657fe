using Strata.Engine;
using Strata.Lab.Load;

namespace Strata.Lab.Subjects;

/// <summary>So many entries of a store, each of which can be made again from its number and compared with what is there.</summary>
internal sealed class EntryRange(ByteStore store, int count, int valueBytes, ulong seed)
{
    private const int ChunkCount = 4096;

    public long Verified { get; private set; }

    public long Missing { get; private set; }

    /// <summary>Forgets what was verified.</summary>
    public void Forget() => Verified = Missing = 0;

    public void Fill() => Walk((index, key, value, _) =>
    {
        IndexedValue.Write(seed, index, value);
        if (store.Set(key, value) != WriteOutcome.Stored)
            throw new InvalidOperationException($"Entry {index} was not stored.");
    });

    /// <exception cref="InvalidOperationException">An entry is not what was written; or it is missing, where none may.</exception>
    public void Verify(bool mayMiss) => Walk((index, key, value, read) =>
    {
        if (store.TryGet(key, read, out int length) != ReadOutcome.Hit)
        {
            if (!mayMiss)
                throw new InvalidOperationException($"Entry {index} is missing.");
            Missing++;
            return;
        }

        IndexedValue.Write(seed, index, value);
        if (!read[..length].SequenceEqual(value))
            throw new InvalidOperationException($"Entry {index} is not what was written.");
        Verified++;
    });

    private delegate void Visit(int index, ReadOnlySpan<byte> key, Span<byte> value, Span<byte> read);

    private void Walk(Visit visit)
    {
        byte[] key = new byte[KeySet.KeyBytes], value = new byte[valueBytes], read = new byte[valueBytes];
        for (int first = 0; first < count; first += ChunkCount)
            WalkChunk(visit, first, Math.Min(ChunkCount, count - first), key, value, read);
    }

    private void WalkChunk(Visit visit, int first, int chunk, Span<byte> key, Span<byte> value, Span<byte> read)
    {
        for (int index = first; index < first + chunk; index++)
        {
            KeySet.Write(seed, index, key);
            visit(index, key, value, read);
        }
    }
}
