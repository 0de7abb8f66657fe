using Strata.Engine.Hashing;
using Strata.Engine.Tests.Index;
using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests.Hashing;

/// <summary>Keys that an attacker has found to collide under one secret are ordinary keys under another.</summary>
public sealed class FloodTests
{
    // The bits of the hash that all flooding keys agree in.
    private const int HeadBits = 8;
    private const int StripeBits = 4;
    private const int FloodKeys = 512;
    private const int StripeShift = 40;

    private static readonly HashSecret s_known = Secrets.FromSeed(42);

    private static readonly byte[][] s_flood = FindCollidingKeys();

    [Theory]
    [InlineData(43)]
    [InlineData(44)]
    [InlineData(45)]
    [InlineData(46)]
    public void Compute_KeysThatCollideUnderOneSecret_SpreadUnderAnother(int seed)
    {
        HashSecret other = Secrets.FromSeed((ulong)seed);
        var heads = new int[1 << HeadBits];
        var stripes = new int[1 << StripeBits];
        Assert.All(s_flood, key => Assert.True(IsFirstHeadOfFirstStripe(KeyHash.Compute(key, s_known))));
        foreach (byte[] key in s_flood)
        {
            ulong hash = KeyHash.Compute(key, other);
            heads[hash & ((1 << HeadBits) - 1)]++;
            stripes[(hash >> StripeShift) & ((1 << StripeBits) - 1)]++;
        }

        // Two keys a head are the mean; a random function puts more than twelve into one of them in some ten thousandth of all cases.
        Assert.InRange(heads.Max(), 2, 12);
        // 15 degrees of freedom.
        Assert.InRange(ChiSquared.OfEqual(stripes), 0, 50);
    }

    [Fact]
    public void Store_FloodOfCollidingKeys_LongChainsUnderTheKnownSecretAndShortOnesUnderAnother()
    {
        Assert.InRange(LongestChain(s_known), FloodKeys, FloodKeys);
        Assert.InRange(LongestChain(Secrets.FromSeed(43)), 1, 40);
    }

    [Fact]
    public void Store_SecretOfZeros_OneChainOfAllKeysAndEveryReadRight()
    {
        const int KeyCount = 2_000;
        using var subject = new StoreUnderTest(o => (o.CapacityBytes, o.StripeCount, o.HashSecret) = (4 << 20, 1, Secrets.Degenerate));
        for (int i = 0; i < KeyCount; i++)
            subject.Set(TestBytes.Key(i, 12), (ulong)i, 24);

        for (int i = 0; i < KeyCount; i++)
            subject.AssertHit(TestBytes.Key(i, 12), (ulong)i, 24);
        Assert.False(subject.Contains(TestBytes.Key(KeyCount, 12)));
        Assert.Equal(KeyCount, subject.Statistics.EntryCount);
        Assert.Equal(KeyCount, LongestChain(Secrets.Degenerate, Enumerable.Range(0, KeyCount).Select(i => TestBytes.Key(i, 12))));
    }

    private static int LongestChain(HashSecret secret) => LongestChain(secret, s_flood);

    // By the store's own choice of heads, in an index that has grown as far as so many keys make it.
    private static int LongestChain(HashSecret secret, IEnumerable<byte[]> keys)
    {
        using var index = new IndexUnderTest(secret);
        foreach (byte[] key in keys)
            index.Insert(key);
        return index.LongestChain;
    }

    private static bool IsFirstHeadOfFirstStripe(ulong hash) =>
        (hash & ((1 << HeadBits) - 1)) == 0 && ((hash >> StripeShift) & ((1 << StripeBits) - 1)) == 0;

    private static byte[][] FindCollidingKeys()
    {
        var found = new List<byte[]>();
        byte[] key = new byte[16];
        for (ulong i = 0; found.Count < FloodKeys; i++)
        {
            TestBytes.Fill(key, i);
            if (IsFirstHeadOfFirstStripe(KeyHash.Compute(key, s_known)))
                found.Add([.. key]);
        }

        return [.. found];
    }
}
