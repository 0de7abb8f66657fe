using System.Buffers;
using System.Runtime.InteropServices;
using Strata.Engine.Hashing;
using Strata.Engine.Layout;
using Strata.Engine.Memory;

namespace Strata.Engine;

/// <content>For callers that keep what they made of a value and want to know whether it still stands for it. A version names one write of one key: no other write to this store has it, ever.</content>
public sealed unsafe partial class ByteStore
{
    /// <summary>The store's hash of a key, by which it can be found in a table of the caller's own. Every bit of it is as good as any other, and strangers cannot know it.</summary>
    /// <param name="key">1 to 4096 bytes.</param>
    /// <returns>The same for every call on this store.</returns>
    /// <exception cref="ArgumentException">The key is empty or too long.</exception>
    public ulong HashOf(ReadOnlySpan<byte> key)
    {
        CheckKey(key);
        ulong hash = KeyHash.Compute(ref MemoryMarshal.GetReference(key), key.Length, _secretWords);
        GC.KeepAlive(this);
        return hash;
    }

    /// <summary>Whether a plain read would now deliver the value that was written with a version: <c>true</c> is a hit like any other, in the statistics and for eviction.</summary>
    /// <param name="key">1 to 4096 bytes.</param>
    /// <param name="hash">Its <see cref="HashOf"/>.</param>
    /// <param name="version">The version that was read or written; never <c>true</c> for 0.</param>
    /// <returns>
    /// <c>false</c> counts nothing: the entry is gone, past its soft time, marked, or of another version; or a writer was at work so near that only a read can tell.
    /// </returns>
    /// <remarks>Takes no lock and reads nothing of the value.</remarks>
    /// <exception cref="ArgumentException">The key is empty or too long.</exception>
    /// <exception cref="ObjectDisposedException">The store is disposed.</exception>
    public bool IsCurrent(ReadOnlySpan<byte> key, ulong hash, long version)
    {
        CheckKey(key);
        fixed (byte* keyBytes = key)
        {
            bool isFound = TryLocate(keyBytes, key.Length, hash, out Sighting seen);
            RecordWords words = isFound ? RecordReader.WordsOf(seen.Record, seen.Header) : default;
            bool isSame = isFound && version != 0 && words.Version == version && !seen.Header.Has(RecordFlags.Marked);
            if (!IsStill(in seen) || !isSame || HasPassed(words.LimitMs))
                return false;
            Hit(in seen, in words);
            _counters.Increment(ReadCounter.Confirmation);
            return true;
        }
    }

    /// <summary>Writes the value of a key to a buffer writer if the entry is plain, and says which version it has.</summary>
    /// <inheritdoc cref="TryGet(ReadOnlySpan{byte}, IBufferWriter{byte})"/>
    /// <param name="key">1 to 4096 bytes.</param>
    /// <param name="destination">Advanced by the value's length on a hit, and not at all otherwise. It is called outside every lock.</param>
    /// <param name="version">The version of what was delivered; 0 when it was written without one, or nothing was delivered.</param>
    public ReadOutcome TryGetVersioned(ReadOnlySpan<byte> key, IBufferWriter<byte> destination, out long version)
    {
        ReadOutcome outcome = ReadInto(key, destination, notes: default, takesAll: false, out EntryInfo info);
        version = info.Version;
        return outcome;
    }
}
