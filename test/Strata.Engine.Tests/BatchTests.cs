using Strata.Engine.Eviction;
using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests;

/// <summary>Operations on many keys do what the single ones do, key by key.</summary>
public sealed class BatchTests
{
    private const int KeyCount = 300;
    private const int LongBytes = 30_000;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(250)]
    public void TryGetMany_AnyNumberOfKeys_FindsWhatSingleReadsFind(int count)
    {
        using StoreUnderTest subject = Filled();
        var random = new SplitMix64((ulong)count);
        for (int pass = 0; pass < 20; pass++)
        {
            byte[][] keys = [.. Enumerable.Range(0, count).Select(_ => KeyOf(random.Next(2 * KeyCount)))];
            AssertReads(subject, keys, new byte[(count * 400) + (20 * LongBytes)]);
        }
    }

    [Fact]
    public void TryGetMany_KeysThatAllCollide_AreToldApart()
    {
        using StoreUnderTest subject = Filled(o => o.HashSecret = Hashing.Secrets.Degenerate);
        AssertReads(subject, [.. Enumerable.Range(0, 2 * KeyCount).Select(KeyOf)], new byte[(KeyCount * 400) + (20 * LongBytes)]);
    }

    [Fact]
    public void TryGetMany_DestinationFullBeforeTheEnd_GivesWhatFitsAndTheLengthOfTheRest()
    {
        // No key is one of the sampled, which are read after the others.
        using var subject = new StoreUnderTest(o => o.EvictionMode = EvictionMode.S3Fifo);
        for (int i = 0; i < 4; i++)
            subject.Set(KeyOf(i), (ulong)i, 100 * (i + 1));
        byte[] destination = new byte[450];
        var results = new BatchRead[4];

        int hits = subject.Store.TryGetMany(new ByteSpans(Memories(KeyOf(3), KeyOf(1), KeyOf(0), KeyOf(2))), destination, results);

        Assert.Equal(1, hits);
        Assert.Equal(new BatchRead(ReadOutcome.Hit, 0, 400), results[0]);
        Assert.Equal(new BatchRead(ReadOutcome.DestinationTooShort, 0, 200), results[1]);
        Assert.Equal(new BatchRead(ReadOutcome.DestinationTooShort, 0, 100), results[2]);
        Assert.Equal(new BatchRead(ReadOutcome.DestinationTooShort, 0, 300), results[3]);
        Assert.False(destination.AsSpan(400).ContainsAnyExcept((byte)0));
    }

    [Fact]
    public void TryGetMany_EntriesWhoseTimeHasCome_AreMissesAndLeaveNoByte()
    {
        using var subject = new StoreUnderTest();
        byte[][] keys = [.. Enumerable.Range(0, 40).Select(KeyOf)];
        for (int i = 0; i < keys.Length; i++)
            subject.Set(keys[i], (ulong)i, 50, TimeSpan.FromMilliseconds(i % 2 == 0 ? 10 : 20));
        subject.AdvanceMs(10);
        byte[] destination = new byte[40 * 50];
        var results = new BatchRead[keys.Length];

        Assert.Equal(20, subject.Store.TryGetMany(new ByteSpans(Memories(keys)), destination, results));

        var covered = new bool[destination.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            Assert.Equal(i % 2 == 0 ? ReadOutcome.Miss : ReadOutcome.Hit, results[i].Outcome);
            Assert.True(i % 2 == 0 || TestBytes.IsValue(destination.AsSpan(results[i].Start, results[i].ValueBytes), (ulong)i));
            covered.AsSpan(results[i].Start, results[i].ValueBytes).Fill(true);
        }

        for (int i = 0; i < destination.Length; i++)
            Assert.True(covered[i] || destination[i] == 0, $"Byte {i} belongs to nobody and is {destination[i]}.");
    }

    [Fact]
    public void TryGetMany_CountsEachKeyOnce()
    {
        using StoreUnderTest subject = Filled();
        StoreStatistics before = subject.Statistics;
        ReadOnlyMemory<byte>[] keys = Memories([.. Enumerable.Range(KeyCount - 50, 100).Select(KeyOf)]);

        subject.Store.TryGetMany(new ByteSpans(keys), new byte[(50 * 400) + (3 * LongBytes)], new BatchRead[100]);

        Assert.Equal(50, subject.Statistics.Hits - before.Hits);
        Assert.Equal(50, subject.Statistics.Misses - before.Misses);
    }

    [Fact]
    public void SetMany_StoresEachAndTheLastOfEqualKeys()
    {
        using var subject = new StoreUnderTest(o => o.CapacityBytes = 4 << 20);
        byte[][] keys = [.. Enumerable.Range(0, 100).Select(i => KeyOf(i % 90))];
        byte[][] values = [.. Enumerable.Range(0, 100).Select(i => TestBytes.Value((ulong)i, i == 50 ? LongBytes : i * 3))];
        var outcomes = new WriteOutcome[100];

        int stored = subject.Store.SetMany(new ByteSpans(Memories(keys)), new ByteSpans(Memories(values)), new WriteOptions { Ttl = TimeSpan.FromMilliseconds(7) }, outcomes);

        Assert.Equal(100, stored);
        Assert.All(outcomes, outcome => Assert.Equal(WriteOutcome.Stored, outcome));
        for (int i = 10; i < 100; i++)
            Assert.Equal(values[i], subject.Get(keys[i]));
        subject.AdvanceMs(7);
        Assert.False(subject.Contains(keys[10]));
    }

    [Fact]
    public void RemoveMany_SaysHowManyThereWere()
    {
        using StoreUnderTest subject = Filled();
        byte[][] keys = [.. Enumerable.Range(KeyCount - 60, 100).Select(KeyOf)];

        Assert.Equal(60, subject.Store.RemoveMany(new ByteSpans(Memories([.. keys, keys[0]]))));

        Assert.All(keys, key => Assert.False(subject.Contains(key)));
        Assert.Equal(KeyCount - 60, subject.Statistics.EntryCount);
    }

    [Fact]
    public void AnyBatch_OneBadKey_DoesNothing()
    {
        using var subject = new StoreUnderTest();
        subject.Set(KeyOf(1), 1, 10);
        foreach (byte[] bad in new[] { Array.Empty<byte>(), new byte[ByteStoreOptions.MaxKeyBytes + 1] })
        {
            ReadOnlyMemory<byte>[] keys = Memories(KeyOf(1), KeyOf(2), bad);
            ReadOnlyMemory<byte>[] values = Memories([1], [2], [3]);

            foreach (Action call in new Action[]
            {
                () => subject.Store.TryGetMany(new ByteSpans(keys), new byte[100], new BatchRead[3]),
                () => subject.Store.SetMany(new ByteSpans(keys), new ByteSpans(values), default, new WriteOutcome[3]),
                () => subject.Store.RemoveMany(new ByteSpans(keys)),
            })
            {
                ArgumentException error = Assert.Throws<ArgumentException>(call);
                Assert.Contains($"{bad.Length} bytes", error.Message, StringComparison.Ordinal);
            }
        }

        Assert.Equal(1, subject.Statistics.EntryCount);
        subject.AssertHit(KeyOf(1), 1, 10);
    }

    [Fact]
    public void AnyBatch_NumbersThatDoNotMatch_AreNamed()
    {
        using var subject = new StoreUnderTest(o => o.MaxValueBytes = 100);
        ReadOnlyMemory<byte>[] two = Memories(KeyOf(1), KeyOf(2));

        AssertNames("results", "1 answers to 2", () => subject.Store.TryGetMany(new ByteSpans(two), new byte[100], new BatchRead[1]));
        AssertNames("outcomes", "1 answers to 2", () => subject.Store.SetMany(new ByteSpans(two), new ByteSpans(two), default, new WriteOutcome[1]));
        AssertNames("values", "1 values for 2", () => subject.Store.SetMany(new ByteSpans(two), new ByteSpans(Memories([1])), default, new WriteOutcome[2]));
        AssertNames("value", "101 bytes", () => subject.Store.SetMany(new ByteSpans(two), new ByteSpans(Memories([1], new byte[101])), default, new WriteOutcome[2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => subject.Store.SetMany(new ByteSpans(two), new ByteSpans(two), new WriteOptions { Ttl = TimeSpan.Zero }, new WriteOutcome[2]));
        AssertNames("ends", "ends[1] is 4", () => _ = new ByteSpans(new byte[10], [5, 4]));
        AssertNames("ends", "ends[0] is 11", () => _ = new ByteSpans(new byte[10], [11]));
        AssertNames("ends", "ends[0] is -1", () => _ = new ByteSpans(new byte[10], [-1]));

        Assert.Equal(0, subject.Statistics.EntryCount);
    }

    [Fact]
    public void AnyBatch_OfADisposedStore_IsRefused()
    {
        var subject = new StoreUnderTest();
        subject.DisposeStoreNow();
        ReadOnlyMemory<byte>[] keys = Memories(KeyOf(1));

        Assert.Throws<ObjectDisposedException>(() => { subject.Store.TryGetMany(new ByteSpans(keys), new byte[10], new BatchRead[1]); });
        Assert.Throws<ObjectDisposedException>(() => { subject.Store.SetMany(new ByteSpans(keys), new ByteSpans(keys), default, new WriteOutcome[1]); });
        Assert.Throws<ObjectDisposedException>(() => { subject.Store.RemoveMany(new ByteSpans(keys)); });
    }

    [Fact]
    public void ByteSpans_PackedOrApart_GiveTheSameSpans()
    {
        byte[] bytes = [1, 2, 3, 4, 5];
        var packed = new ByteSpans(bytes, [2, 2, 5]);
        var apart = new ByteSpans(Memories([1, 2], [], [3, 4, 5]));

        Assert.Equal(3, packed.Count);
        Assert.Equal(3, apart.Count);
        for (int i = 0; i < 3; i++)
            Assert.Equal(apart[i].ToArray(), packed[i].ToArray());
        Assert.Equal(0, default(ByteSpans).Count);
    }

    private static void AssertNames(string argument, string text, Action call)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(call);
        Assert.Equal(argument, error.ParamName);
        Assert.Contains(text, error.Message, StringComparison.Ordinal);
    }

    // Reads the keys packed and apart, and holds each answer against a read of that key alone.
    private static void AssertReads(StoreUnderTest subject, byte[][] keys, byte[] destination)
    {
        byte[] packed = [.. keys.SelectMany(key => key)];
        int end = 0;
        int[] ends = [.. keys.Select(key => end += key.Length)];
        var results = new BatchRead[keys.Length];
        for (int form = 0; form < 2; form++)
        {
            ByteSpans spans = form == 0 ? new ByteSpans(packed, ends) : new ByteSpans(Memories(keys));
            int hits = subject.Store.TryGetMany(spans, destination, results);

            Assert.Equal(results.Count(read => read.Outcome == ReadOutcome.Hit), hits);
            for (int i = 0; i < keys.Length; i++)
            {
                byte[]? alone = subject.Get(keys[i]);
                Assert.Equal(alone is null ? ReadOutcome.Miss : ReadOutcome.Hit, results[i].Outcome);
                if (alone is not null)
                    Assert.Equal(alone, destination.AsSpan(results[i].Start, results[i].ValueBytes).ToArray());
            }
        }
    }

    // Keys of many lengths, values from none to a chain, some with a time to live.
    private static StoreUnderTest Filled(Action<ByteStoreOptions>? configure = null)
    {
        var subject = new StoreUnderTest(o =>
        {
            o.CapacityBytes = 8 << 20;
            configure?.Invoke(o);
        });
        for (int i = 0; i < KeyCount; i++)
            subject.Set(KeyOf(i), (ulong)i, i % 100 == 99 ? LongBytes : i % 370, i % 3 == 0 ? TimeSpan.FromSeconds(5) : null);
        return subject;
    }

    private static byte[] KeyOf(int index) => TestBytes.Key(index, 4 + (index % 60));

    private static ReadOnlyMemory<byte>[] Memories(params byte[][] arrays) => [.. arrays.Select(array => (ReadOnlyMemory<byte>)array)];
}
