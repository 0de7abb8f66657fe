using System.Buffers;
using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests;

/// <summary>Whether an entry is still the one of a version.</summary>
public sealed class CurrentVersionTests
{
    private const int KeyCount = 3000;

    private static readonly byte[] s_key = "versioned"u8.ToArray();

    private static WriteOptions Versioned => new() { Versioned = true };

    private static byte[] KeyOf(int i) => TestBytes.Key(i, 12);

    private static bool IsCurrent(StoreUnderTest subject, byte[] key, long version) => subject.Store.IsCurrent(key, subject.Store.HashOf(key), version);

    private static long Set(StoreUnderTest subject, byte[] key, int valueBytes, in WriteOptions options)
    {
        Assert.Equal(WriteOutcome.Stored, subject.Store.Set(key, TestBytes.Value(1, valueBytes), options, out long version));
        return version;
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(5000)]
    [InlineData(100_000)]
    public void IsCurrent_OfTheVersionWritten_IsAHit(int valueBytes)
    {
        using var subject = new StoreUnderTest();
        long version = Set(subject, s_key, valueBytes, Versioned with { Ttl = TimeSpan.FromSeconds(9), SoftTtl = TimeSpan.FromSeconds(5), Notes = "notes"u8 });
        Assert.True(IsCurrent(subject, s_key, version));
        Assert.False(IsCurrent(subject, s_key, version + 1));
        Assert.Equal((1, 1, 0), (subject.Statistics.Hits, subject.Statistics.Confirmations, subject.Statistics.Misses));
    }

    [Fact]
    public void IsCurrent_OfWhatIsNotPlainlyThere_IsFalseAndCountsNothing()
    {
        using var subject = new StoreUnderTest();
        Assert.False(IsCurrent(subject, s_key, 1));
        long first = Set(subject, s_key, 10, Versioned);
        long second = Set(subject, s_key, 10, Versioned);
        Assert.False(IsCurrent(subject, s_key, first));
        Set(subject, s_key, 10, default);
        Assert.False(IsCurrent(subject, s_key, second));
        Assert.False(IsCurrent(subject, s_key, 0));
        long removed = Set(subject, s_key, 10, Versioned);
        subject.Store.Remove(s_key);
        Assert.False(IsCurrent(subject, s_key, removed));
        long cleared = Set(subject, s_key, 10, Versioned);
        subject.Store.Clear();
        Assert.False(IsCurrent(subject, s_key, cleared));
        long marked = Set(subject, s_key, 10, Versioned with { IsMarked = true });
        Assert.False(IsCurrent(subject, s_key, marked));
        long mortal = Set(subject, s_key, 10, Versioned with { Ttl = TimeSpan.FromSeconds(1) });
        long stale = Set(subject, "stale"u8.ToArray(), 10, Versioned with { Ttl = TimeSpan.FromSeconds(9), SoftTtl = TimeSpan.FromSeconds(1) });
        subject.AdvanceMs(1000);
        Assert.False(IsCurrent(subject, s_key, mortal));
        Assert.False(IsCurrent(subject, "stale"u8.ToArray(), stale));
        Assert.Equal((0, 0, 0), (subject.Statistics.Hits, subject.Statistics.Confirmations, subject.Statistics.Misses));
    }

    [Fact]
    public void IsCurrent_WithAnotherHashOrABadKey_IsFalseOrRefused()
    {
        using var subject = new StoreUnderTest();
        long version = Set(subject, s_key, 10, Versioned);
        Assert.False(subject.Store.IsCurrent(s_key, ~subject.Store.HashOf(s_key), version));
        Assert.Throws<ArgumentException>(() => subject.Store.IsCurrent([], 0, version));
        Assert.Throws<ArgumentException>(() => subject.Store.IsCurrent(new byte[5000], 0, version));
        Assert.Throws<ArgumentException>(() => subject.Store.HashOf([]));
    }

    [Fact]
    public void Versions_OfManyKeysInManyStripes_AreEachGivenOnce()
    {
        using var subject = new StoreUnderTest(options => options.CapacityBytes = 64 << 20);
        HashSet<long> versions = [];
        for (int i = 0; i < KeyCount; i++)
        {
            Assert.True(versions.Add(Set(subject, KeyOf(i % 1000), 10, Versioned)));
            if (i % 500 == 0)
                subject.Store.Clear();
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void IsCurrent_WhileEntriesAreMovedEvictedAndOverwritten_AgreesWithTheEntries(int seed)
    {
        using var subject = new StoreUnderTest(options => options.MaxCapacityBytes = 2 * options.CapacityBytes);
        var random = new Random(seed);
        var former = new Dictionary<int, List<long>>();
        for (int round = 0; round < 20; round++)
        {
            for (int n = 0; n < 300; n++)
            {
                int i = random.Next(KeyCount);
                if (!former.TryGetValue(i, out List<long>? versions))
                    former.Add(i, versions = []);
                versions.Add(Set(subject, KeyOf(i), random.Next(400), Versioned with { Ttl = random.Next(3) == 0 ? TimeSpan.FromSeconds(random.Next(1, 20)) : null }));
            }

            subject.AdvanceMs(1000);
            subject.Store.SetCapacity(round % 2 == 0 ? subject.Store.MaxCapacityBytes : subject.Store.MaxCapacityBytes / 2);
            subject.Store.Maintain();
            foreach ((int i, List<long> versions) in former)
            {
                long live = subject.Store.TryGetInfo(KeyOf(i), out EntryInfo info) ? info.Version : 0;
                Assert.All(versions, version => Assert.Equal(version == live, IsCurrent(subject, KeyOf(i), version)));
            }
        }
    }

    [Fact]
    public void IsCurrent_OnADisposedStore_IsRefused()
    {
        var subject = new StoreUnderTest();
        long version = Set(subject, s_key, 10, Versioned);
        ulong hash = subject.Store.HashOf(s_key);
        subject.Dispose();
        Assert.Throws<ObjectDisposedException>(() => subject.Store.IsCurrent(s_key, hash, version));
    }

    [Fact]
    public void TryGetVersioned_OfAnEntry_SaysItsVersion()
    {
        using var subject = new StoreUnderTest();
        var destination = new ArrayBufferWriter<byte>();
        long written = Set(subject, s_key, 10, Versioned);
        Assert.Equal(ReadOutcome.Hit, subject.Store.TryGetVersioned(s_key, destination, out long version));
        Assert.Equal((written, 10), (version, destination.WrittenCount));
        Set(subject, s_key, 10, default);
        Assert.Equal(ReadOutcome.Hit, subject.Store.TryGetVersioned(s_key, destination, out version));
        Assert.Equal(0, version);
        Set(subject, s_key, 10, Versioned with { IsMarked = true });
        Assert.Equal(ReadOutcome.Marked, subject.Store.TryGetVersioned(s_key, destination, out version));
        Assert.Equal((0, 20), (version, destination.WrittenCount));
        subject.Store.Remove(s_key);
        Assert.Equal(ReadOutcome.Miss, subject.Store.TryGetVersioned(s_key, destination, out version));
    }
}
