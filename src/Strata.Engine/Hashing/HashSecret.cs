using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Strata.Engine.Hashing;

/// <summary>
/// The random words that key the hash of <see cref="KeyHash"/>: a word for each 8 bytes of the longest key, eight for the mix, and one for
/// each length. They live in pinned memory, so that the hash reads them through a plain pointer.
/// </summary>
internal sealed unsafe class HashSecret
{
    /// <summary>Words that are added to the key: 4096 bytes in words of eight.</summary>
    public const int MessageWords = ByteStoreOptions.MaxKeyBytes / sizeof(ulong);

    /// <summary>Words of the mix: four 128-bit multipliers, the low half of each first.</summary>
    public const int MixWords = 8;

    /// <summary>All words: the message's, the mix's, and one for each length from 0 to 4096.</summary>
    public const int WordCount = MessageWords + MixWords + ByteStoreOptions.MaxKeyBytes + 1;

    private readonly ulong[] _words;

    /// <summary>The secret of this process, drawn once from the system's generator. All stores share it, so that a hash computed once serves them all.</summary>
    public static HashSecret Process { get; } = FromRandom();

    /// <summary>Takes the given words. A test passes words of its own: zeros make every key collide.</summary>
    /// <exception cref="ArgumentException">The number of words is not <see cref="WordCount"/>.</exception>
    public HashSecret(ReadOnlySpan<ulong> words)
    {
        if (words.Length != WordCount)
            throw new ArgumentException($"A secret has {WordCount} words, not {words.Length}.", nameof(words));
        _words = GC.AllocateUninitializedArray<ulong>(words.Length, pinned: true);
        words.CopyTo(_words);
        // Valid for the life of this object: the array is pinned and referenced by it.
        Words = (ulong*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_words));
    }

    /// <summary>The first word. The mix starts at <see cref="MessageWords"/>. Valid while this object is reachable.</summary>
    public ulong* Words { get; }

    /// <summary>A secret that nobody knows.</summary>
    public static HashSecret FromRandom()
    {
        byte[] bytes = new byte[WordCount * sizeof(ulong)];
        RandomNumberGenerator.Fill(bytes);
        var words = new ulong[WordCount];
        for (int i = 0; i < words.Length; i++)
            words[i] = BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(i * sizeof(ulong)));
        return new HashSecret(words);
    }
}
