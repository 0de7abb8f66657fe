using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Strata.Engine.Hashing;
using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests.Hashing;

/// <summary>Keys as applications make them spread over stripes, head buckets and tags like random numbers, under many secrets.</summary>
public sealed class DistributionTests
{
    private const int KeyCount = 1 << 15;
    private const int SecretCount = 32;
    private const int Boxes = 256;

    private static readonly Dictionary<string, Func<int, byte[]>> s_keys = new()
    {
        ["counters of four bytes"] = i => BitConverter.GetBytes(i),
        ["counters of eight bytes"] = i => BitConverter.GetBytes((long)i),
        ["counters of eight bytes, big-endian"] = i =>
        {
            var key = new byte[sizeof(long)];
            BinaryPrimitives.WriteInt64BigEndian(key, i);
            return key;
        },
        ["counters in steps of 4096"] = i => BitConverter.GetBytes(i * 4096L),
        ["decimal numbers"] = i => Encoding.ASCII.GetBytes(i.ToString(CultureInfo.InvariantCulture)),
        ["decimal numbers of one length"] = i => Encoding.ASCII.GetBytes(i.ToString("D12", CultureInfo.InvariantCulture)),
        ["short common prefix"] = i => Encoding.ASCII.GetBytes($"user:{i}"),
        ["common prefix and suffix"] = i => Encoding.ASCII.GetBytes($"tenant-0042/orders/{i}/lines.json"),
        ["long common prefix"] = i => Encoding.ASCII.GetBytes($"{new string('x', 200)}{i}"),
        ["long common suffix"] = i => Encoding.ASCII.GetBytes($"{i}{new string('x', 200)}"),
        ["random identifiers"] = i => TestBytes.Value((ulong)i, 16),
        ["random identifiers as text"] = i => Encoding.ASCII.GetBytes(new Guid(TestBytes.Value((ulong)i, 16)).ToString()),
        ["identifiers that begin with the time"] = i =>
        {
            byte[] key = TestBytes.Value((ulong)i, 16);
            BinaryPrimitives.WriteInt64BigEndian(key, (0x0190_0000_0000L + i / 4) << 16);
            return key;
        },
        ["two counters"] = i => Encoding.ASCII.GetBytes($"{i % 181}:{i / 181}"),
        ["one bit in a kibibyte"] = i =>
        {
            var key = new byte[1024 + i / 8192];
            key[i % 8192 / 8] = (byte)(1 << (i % 8));
            return key;
        },
    };

    // Which eight bits of the hash choose: the places that stripes, small indexes, large indexes and tags take them from, and two of them together.
    private static readonly Dictionary<string, Func<ulong, int>> s_fields = new()
    {
        ["stripe"] = hash => (int)(hash >> 40) & 0xFF,
        ["head of a small index"] = hash => (int)hash & 0xFF,
        ["head of a large index"] = hash => (int)(hash >> 16) & 0xFF,
        ["upper half of the tag"] = hash => (int)(hash >> 56),
        ["lower half of the tag"] = hash => (int)(hash >> 48) & 0xFF,
        ["stripe and head"] = hash => (int)(hash >> 40) & 0xF | ((int)hash & 0xF) << 4,
        ["head and tag"] = hash => (int)hash & 0xF | (int)(hash >> 60) << 4,
    };

    public static TheoryData<string> Keys => [.. s_keys.Keys];

    [Theory]
    [MemberData(nameof(Keys))]
    public void Compute_StructuredKeys_FillStripesHeadsAndTagsEvenly(string kind)
    {
        byte[][] keys = [.. Enumerable.Range(0, KeyCount).Select(s_keys[kind])];
        foreach ((string field, Func<ulong, int> choose) in s_fields)
        {
            double sum = 0, worst = 0;
            for (ulong seed = 0; seed < SecretCount; seed++)
            {
                HashSecret secret = Secrets.FromSeed(1000 + seed);
                var counts = new int[Boxes];
                foreach (byte[] key in keys)
                    counts[choose(KeyHash.Compute(key, secret))]++;
                double chiSquared = ChiSquared.OfEqual(counts);
                sum += chiSquared;
                worst = Math.Max(worst, chiSquared);
            }

            // 255 degrees of freedom: mean 255, standard deviation 22.6. The mean of 32 secrets has a standard deviation of 4.
            Assert.True(worst < 255 + 7 * 22.6, $"{kind}, {field}: {worst:F0} under the worst secret");
            Assert.True(sum / SecretCount < 255 + 6 * 4.0, $"{kind}, {field}: {sum / SecretCount:F0} on average");
        }
    }
}
