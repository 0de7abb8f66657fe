using System.Numerics;
using Strata.Engine.Hashing;
using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests.Hashing;

public sealed class KeyHashTests
{
    private static readonly HashSecret s_secret = Secrets.FromSeed(42);

    [Theory]
    [InlineData(1, 0x37AD6862AF375854)]
    [InlineData(2, 0x87BCCEEBAF270495)]
    [InlineData(7, 0x2EF478D91B7DD431)]
    [InlineData(8, 0x2CCC5630306EE7EF)]
    [InlineData(9, 0xFF8EF13E194F0AE5)]
    [InlineData(15, 0xDB4453D95A76A3E6)]
    [InlineData(16, 0xA4844FC1C64FF506)]
    [InlineData(17, 0x71B8FA1752ED2E94)]
    [InlineData(23, 0xFCB1547280F63321)]
    [InlineData(24, 0x2E99B6D503DF144F)]
    [InlineData(31, 0xED7B008FF40782BA)]
    [InlineData(32, 0x3E564B395712DABA)]
    [InlineData(33, 0x90CC4169986AF6C7)]
    [InlineData(100, 0x850575F570A1C261)]
    [InlineData(255, 0xF558A4EFA98A705C)]
    [InlineData(4095, 0x9B00A78CE324C4D8)]
    [InlineData(4096, 0x0A3584C84C797E91)]
    public void Compute_GoldenVector_IsUnchanged(int lengthBytes, ulong expected)
    {
        byte[] key = [.. Enumerable.Range(0, lengthBytes).Select(i => (byte)((i * 7) + 1))];

        Assert.Equal(expected, SlowKeyHash.Compute(key, Secrets.Words(42)));
        Assert.Equal(expected, KeyHashCaller.Compute(key, s_secret));
    }

    [Fact]
    public void Compute_EveryShortLength_EqualsSlowReference()
    {
        ulong[] words = Secrets.Words(7);
        HashSecret secret = new(words);
        for (int length = 1; length <= 70; length++)
        {
            foreach (byte[] key in new[] { TestBytes.Value((ulong)length, length), new byte[length], Filled(length, 0xFF) })
                Assert.Equal(SlowKeyHash.Compute(key, words), KeyHashCaller.Compute(key, secret));
        }
    }

    [Fact]
    public void Compute_SecretOfAllOnes_CarriesAsSlowReferenceDoes()
    {
        var words = new ulong[Secrets.WordCount];
        words.AsSpan().Fill(ulong.MaxValue);
        HashSecret secret = new(words);
        foreach (int length in new[] { 1, 8, 16, 17, 40, 4090, 4096 })
        {
            byte[] key = Filled(length, 0xFF);
            Assert.Equal(SlowKeyHash.Compute(key, words), KeyHashCaller.Compute(key, secret));
        }
    }

    [Fact]
    public void Compute_EveryAlignment_GivesSameHash()
    {
        foreach (int length in new[] { 3, 8, 13, 16, 29 })
        {
            byte[] key = TestBytes.Value(99, length);
            ulong expected = KeyHashCaller.Compute(key, s_secret);
            for (int offset = 1; offset < 16; offset++)
                Assert.Equal(expected, KeyHashCaller.Compute(key, s_secret, offset));
        }
    }

    [Fact]
    public void Compute_KeysThatDifferInTrailingZeros_HaveDifferentHashes()
    {
        var seen = new HashSet<ulong>();
        byte[] padded = new byte[120];
        "key"u8.CopyTo(padded);
        for (int length = 3; length <= padded.Length; length++)
            Assert.True(seen.Add(KeyHashCaller.Compute(padded.AsSpan(0, length), s_secret)), $"{length} bytes collide with fewer.");
    }

    [Fact]
    public void Compute_KeysOfZerosOfEveryLength_HaveDifferentHashes()
    {
        var seen = new HashSet<ulong>();
        byte[] zeros = new byte[ByteStoreOptions.MaxKeyBytes];
        for (int length = 1; length <= zeros.Length; length++)
            Assert.True(seen.Add(KeyHashCaller.Compute(zeros.AsSpan(0, length), s_secret)), $"{length} zeros collide with fewer.");
    }

    [Theory]
    [InlineData(5)]
    [InlineData(16)]
    [InlineData(21)]
    public void Compute_OneBitOfKeyFlipped_FlipsHalfOfTheHash(int lengthBytes)
    {
        const int Keys = 64;
        var flipsOfBit = new int[64];
        int flips = 0, trials = 0;
        for (int k = 0; k < Keys; k++)
        {
            byte[] key = TestBytes.Value((ulong)k, lengthBytes);
            ulong before = KeyHashCaller.Compute(key, s_secret);
            for (int bit = 0; bit < lengthBytes * 8; bit++)
            {
                key[bit / 8] ^= (byte)(1 << (bit % 8));
                ulong difference = before ^ KeyHashCaller.Compute(key, s_secret);
                key[bit / 8] ^= (byte)(1 << (bit % 8));
                flips += BitOperations.PopCount(difference);
                trials++;
                for (int i = 0; i < 64; i++)
                    flipsOfBit[i] += (int)((difference >> i) & 1);
            }
        }

        Assert.InRange((double)flips / trials, 30.0, 34.0);
        for (int i = 0; i < 64; i++)
            Assert.InRange((double)flipsOfBit[i] / trials, 0.40, 0.60);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(16)]
    [InlineData(32)]
    [InlineData(48)]
    [InlineData(58)]
    public void Compute_SequentialKeys_SpreadOverSixBitsAnywhere(int shift)
    {
        const int Keys = 6400, Boxes = 64;
        var counts = new int[Boxes];
        for (int i = 0; i < Keys; i++)
            counts[(KeyHashCaller.Compute(System.Text.Encoding.ASCII.GetBytes($"product:{i:D6}"), s_secret) >> shift) % Boxes]++;

        double expected = (double)Keys / Boxes;
        double chiSquared = counts.Sum(c => (c - expected) * (c - expected) / expected);
        // 63 degrees of freedom: a random function stays below 120 but once in a hundred thousand secrets.
        Assert.InRange(chiSquared, 0, 120);
    }

    [Fact]
    public void Compute_SequentialKeysUnderManySecrets_NeverCrowdOneBox()
    {
        // A hash that is linear in a counter inside the key passes on average and fails badly for a few secrets.
        const int Keys = 3200, Boxes = 64;
        byte[][] keys = [.. Enumerable.Range(0, Keys).Select(i => System.Text.Encoding.ASCII.GetBytes($"user:{i:D9}:profile"))];
        for (ulong seed = 0; seed < 40; seed++)
        {
            HashSecret secret = Secrets.FromSeed(seed);
            var low = new int[Boxes];
            var high = new int[Boxes];
            foreach (byte[] key in keys)
            {
                ulong hash = KeyHashCaller.Compute(key, secret);
                low[hash % Boxes]++;
                high[hash >> 58]++;
            }

            // Fifty are fair, and a random function practically never puts a hundred into one box.
            Assert.InRange(Math.Max(low.Max(), high.Max()), Keys / Boxes, 2 * Keys / Boxes);
        }
    }

    [Fact]
    public void Compute_OtherSecret_GivesOtherHash() =>
        Assert.NotEqual(KeyHashCaller.Compute("same key"u8, s_secret), KeyHashCaller.Compute("same key"u8, Secrets.FromSeed(43)));

    [Fact]
    public void Compute_DegenerateSecret_MakesEveryKeyCollide()
    {
        for (int i = 0; i < 50; i++)
            Assert.Equal(0UL, KeyHashCaller.Compute(TestBytes.Key(i, 4 + (i * 3)), Secrets.Degenerate));
    }

    private static byte[] Filled(int length, byte value)
    {
        var bytes = new byte[length];
        bytes.AsSpan().Fill(value);
        return bytes;
    }
}
