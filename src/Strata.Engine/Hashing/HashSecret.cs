using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Strata.Engine.Hashing;

/// <summary>
/// The random words that key the hash of <see cref="KeyHash"/>: a word for each 8 bytes of the longest padded key, and six for the final mix. They live in pinned memory, so that the hash reads them through a plain pointer.
/// </summary>
internal sealed unsafe class HashSecret
{
    /// <summary>Words that are added to the key: 4096 bytes in words of eight, and a pair of padding.</summary>
    public const int MessageWords = ByteStoreOptions.MaxKeyBytes / sizeof(ulong) + 2;

    /// <summary>Words of the final mix: two 128-bit multipliers and a 128-bit addend.</summary>
    public const int FinalWords = 6;

    private readonly ulong[] _words;

    /// <summary>The secret of this process, drawn once from the system's generator. All stores share it, so that a hash computed once serves them all.</summary>
    public static HashSecret Process { get; } = FromRandom();

    /// <summary>Takes the given words. A test passes words of its own: zeros make every key collide.</summary>
    /// <exception cref="ArgumentException">The number of words is not <see cref="MessageWords"/> + <see cref="FinalWords"/>.</exception>
    public HashSecret(ReadOnlySpan<ulong> words)
    {
        if (words.Length != MessageWords + FinalWords)
            throw new ArgumentException($"A secret has {MessageWords + FinalWords} words, not {words.Length}.", nameof(words));
        _words = GC.AllocateUninitializedArray<ulong>(words.Length, pinned: true);
        words.CopyTo(_words);
        // Valid for the life of this object: the array is pinned and referenced by it.
        Words = (ulong*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_words));
    }

    /// <summary>The first word. The final mix starts at <see cref="MessageWords"/>. Valid while this object is reachable.</summary>
    public ulong* Words { get; }

    private static HashSecret FromRandom()
    {
        Span<byte> bytes = stackalloc byte[(MessageWords + FinalWords) * sizeof(ulong)];
        RandomNumberGenerator.Fill(bytes);
        var words = new ulong[MessageWords + FinalWords];
        for (int i = 0; i < words.Length; i++)
            words[i] = BinaryPrimitives.ReadUInt64LittleEndian(bytes[(i * sizeof(ulong))..]);
        return new HashSecret(words);
    }
}
