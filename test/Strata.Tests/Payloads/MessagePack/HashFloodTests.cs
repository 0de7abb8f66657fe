using System.Buffers;
using Strata.Payloads;
using Strata.Payloads.MessagePack;
using Strata.Payloads.MessagePack.Formats;
using Xunit;

namespace Strata.Tests.Payloads.MessagePack;

/// <summary>Payloads whose keys were chosen so that a hash table takes quadratic time over them.</summary>
public sealed class HashFloodTests
{
    private const int MaxInBucket = 1_000;

    public static TheoryData<int, int, bool> Floods => new()
    {
        { MaxInBucket, MaxInBucket, true },
        { MaxInBucket, 5_000, true },
        { MaxInBucket + 1, MaxInBucket + 1, false },
        { MaxInBucket + 1, 5_000, false },
    };

    /// <summary>The default hash of <c>(i &lt;&lt; 32) | i</c> is 0.</summary>
    [Theory]
    [MemberData(nameof(Floods))]
    public void Keys_OfOneHash_AreReadUpToTheLimit(int colliding, int count, bool isReadable) =>
        AssertRead(count, i => i < colliding ? ((long)i << 32) | (uint)i : i, isReadable);

    /// <summary>Different hashes, which the table's size maps to one bucket.</summary>
    [Theory]
    [MemberData(nameof(Floods))]
    public void Keys_OfOneBucket_AreReadUpToTheLimit(int colliding, int count, bool isReadable)
    {
        int buckets = new Dictionary<long, string>(count).Capacity;
        AssertRead(count, i => ((long)i * buckets) + (i < colliding ? 0 : 1 + (i % (buckets - 1))), isReadable);
    }

    [Fact]
    public void Keys_ThatNobodyChose_AreRead()
    {
        AssertRead(200_000, static i => i, isReadable: true);
        AssertRead(200_000, static i => i * 1_000_000_007L, isReadable: true);
    }

    [Fact]
    public void Set_OfOneElementManyTimes_IsRead()
    {
        byte[] payload = Write(static (ref MessagePackWriter writer) =>
        {
            writer.BeginArray(5_000);
            for (int i = 0; i < 5_000; i++)
                writer.WriteInt64(7);
        });
        Assert.True(PayloadSerializer.MessagePack<HashSet<long>, HashSetFormat<long, ScalarFormat>>().TryRead(new(payload), out HashSet<long>? read));
        Assert.Equal([7], read);
    }

    private static void AssertRead(int count, Func<int, long> key, bool isReadable)
    {
        byte[] map = Write((ref MessagePackWriter writer) =>
        {
            writer.BeginMap(count);
            for (int i = 0; i < count; i++)
            {
                writer.WriteInt64(key(i));
                writer.WriteNil();
            }
        });
        byte[] set = Write((ref MessagePackWriter writer) =>
        {
            writer.BeginArray(count);
            for (int i = 0; i < count; i++)
                writer.WriteInt64(key(i));
        });
        Assert.Equal(isReadable, PayloadSerializer.MessagePack<Dictionary<long, string>, DictionaryFormat<long, ScalarFormat, string, ScalarFormat>>().TryRead(new(map), out Dictionary<long, string>? pairs));
        Assert.Equal(isReadable, PayloadSerializer.MessagePack<HashSet<long>, HashSetFormat<long, ScalarFormat>>().TryRead(new(set), out HashSet<long>? elements));
        Assert.Equal(isReadable ? count : null, pairs?.Count);
        Assert.Equal(isReadable ? count : null, elements?.Count);
    }

    private static byte[] Write(Fill fill)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        fill(ref writer);
        writer.End();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private delegate void Fill(ref MessagePackWriter writer);
}
