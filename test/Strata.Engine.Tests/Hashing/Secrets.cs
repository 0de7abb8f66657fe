using Strata.Engine.Hashing;
using Strata.TestKit.Bytes;

namespace Strata.Engine.Tests.Hashing;

/// <summary>Hash secrets for tests.</summary>
internal static class Secrets
{
    public const int WordCount = HashSecret.WordCount;

    /// <summary>All words zero: every key has the hash 0.</summary>
    public static HashSecret Degenerate { get; } = new(new ulong[WordCount]);

    /// <summary>Words for the length alone: keys of one length have one hash.</summary>
    public static HashSecret ByLength { get; } = new([.. new ulong[HashSecret.MessageWords + HashSecret.MixWords], .. Words(1).AsSpan(HashSecret.MessageWords + HashSecret.MixWords)]);

    public static HashSecret FromSeed(ulong seed) => new(Words(seed));

    public static ulong[] Words(ulong seed)
    {
        var random = new SplitMix64(seed);
        var words = new ulong[WordCount];
        for (int i = 0; i < words.Length; i++)
            words[i] = random.Next();
        return words;
    }
}
