using System.Buffers;
using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests.Expiry;

/// <summary>The time provider is the caller's code: it may throw, take its time, or use the store.</summary>
public sealed class HookedClockTests
{
    private const int KeyCount = 40;
    private const int LongBytes = 30_000;

    private static readonly byte[] s_key = "watched"u8.ToArray();

    public static TheoryData<string, int> Reads
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (string read in ReadVerbs.Keys)
            {
                foreach (int valueBytes in new[] { 0, 50, LongBytes })
                    data.Add(read, valueBytes);
            }

            return data;
        }
    }

    // Each answers with the milliseconds left to live, or null for a miss.
    private static Dictionary<string, Func<ByteStore, long?>> ReadVerbs { get; } = new()
    {
        ["TryGet"] = s => s.TryGet(s_key, new byte[LongBytes], out int _) == ReadOutcome.Hit ? 1 : null,
        ["TryGetEntry"] = s => s.TryGetEntry(s_key, new byte[LongBytes], out EntryInfo info) == ReadOutcome.Hit ? info.ExpiresInMs : null,
        ["TryGetInfo"] = s => s.TryGetInfo(s_key, out EntryInfo info) ? info.ExpiresInMs : null,
        ["TryGet writer"] = s => s.TryGet(s_key, new ArrayBufferWriter<byte>(), out EntryInfo info) == ReadOutcome.Hit ? info.ExpiresInMs : null,
        ["TryGet writer in pieces"] = s => s.TryGet(s_key, new FragmentingBufferWriter(SpanSizing.ExactHint, 10), out EntryInfo info) == ReadOutcome.Hit ? info.ExpiresInMs : null,
    };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(17)]
    public void AnyOperation_ClockThrowsAtEveryNthReading_HasNoEffectAndLeavesTheStoreWhole(int nth)
    {
        var clock = new HookedTimeProvider();
        using var subject = new StoreUnderTest(o => (o.TimeProvider, o.CapacityBytes) = (clock, 8 << 20));
        var expected = new Dictionary<int, byte[]>();
        var random = new SplitMix64((ulong)nth);
        int thrown = 0;
        clock.OnReading = () =>
        {
            if (clock.ReadingCount % nth == 0)
                throw new TimeoutException("The clock is out of order.");
        };
        for (int i = 0; i < 4000; i++)
        {
            int key = random.Next(KeyCount), verb = random.Next(13);
            byte[] value = TestBytes.Value((ulong)i, random.Next(8) == 0 ? LongBytes + random.Next(9000) : random.Next(300));
            try
            {
                Apply(subject.Store, expected, key, verb, value);
            }
            catch (TimeoutException)
            {
                thrown++;
            }

            if (i % 200 == 0)
                subject.Store.VerifyIntegrity();
        }

        clock.OnReading = null;
        Assert.True(thrown > 0, "The clock was never out of order.");
        subject.Verify();
        for (int key = 0; key < KeyCount; key++)
            Assert.Equal(expected.GetValueOrDefault(key), subject.Get(TestBytes.Key(key, 8)));
        // No read left a pin behind.
        for (int key = 0; key < KeyCount; key++)
            subject.Store.Remove(TestBytes.Key(key, 8));
        subject.Store.Maintain();
        Assert.Equal(0, subject.Statistics.PinnedBytes);
    }

    [Theory]
    [MemberData(nameof(Reads))]
    public void AnyRead_TouchedJustBeforeItsTimeComes_FindsTheEntry(string read, int valueBytes)
    {
        var clock = new HookedTimeProvider();
        using var subject = new StoreUnderTest(o => o.TimeProvider = clock);
        subject.Set(s_key, 1, valueBytes, TimeSpan.FromMilliseconds(100));
        clock.NowMs = 99;
        clock.OnReading = () =>
        {
            // The reader has read the expiry already, and asks whether it has passed.
            clock.OnReading = null;
            subject.Store.Touch(s_key, TimeSpan.FromMilliseconds(1000));
            clock.NowMs = 101;
        };

        Assert.NotNull(ReadVerbs[read](subject.Store));
    }

    [Theory]
    [MemberData(nameof(Reads))]
    public void AnyRead_TimePassesDuringTheCall_ReportsAtLeastAMillisecondLeft(string read, int valueBytes)
    {
        for (int ttlMs = 1; ttlMs < 12; ttlMs++)
        {
            var clock = new HookedTimeProvider();
            using var subject = new StoreUnderTest(o => o.TimeProvider = clock);
            subject.Set(s_key, 1, valueBytes, TimeSpan.FromMilliseconds(ttlMs));
            clock.OnReading = () => clock.NowMs++;

            if (ReadVerbs[read](subject.Store) is { } leftMs)
                Assert.InRange(leftMs, 1, ttlMs);
            clock.OnReading = null;
        }
    }

    [Fact]
    public void Enumeration_TimePassesDuringTheCall_ReportsAtLeastAMillisecondLeft()
    {
        var clock = new HookedTimeProvider();
        using var subject = new StoreUnderTest(o => o.TimeProvider = clock);
        for (int i = 0; i < 300; i++)
            subject.Set(TestBytes.Key(i, 8), 1, 10, TimeSpan.FromMilliseconds(1 + i));
        clock.OnReading = () => clock.NowMs++;

        int seen = 0;
        foreach (ByteStore.EntryEnumerator entry in subject.Store)
        {
            Assert.InRange(entry.CurrentInfo.ExpiresInMs, 1, 300);
            seen++;
        }

        Assert.True(seen > 0);
        clock.OnReading = null;
    }

    [Fact]
    public void BackgroundTimer_FiresWhileMaintenanceIsUnderWay_DoesNotBeginAnother()
    {
        var clock = new HookedTimeProvider();
        using var subject = new StoreUnderTest(o => (o.TimeProvider, o.BackgroundMaintenance) = (clock, true));
        clock.OnReading = clock.FireTimer;
        int before = clock.ReadingCount;

        clock.FireTimer();

        // One reading: the second firing came while the first was at work, and asked for nothing.
        Assert.Equal(1, clock.ReadingCount - before);
        clock.FireTimer();
        Assert.Equal(2, clock.ReadingCount - before);
        clock.OnReading = null;
    }

    private static void Apply(ByteStore store, Dictionary<int, byte[]> expected, int key, int verb, byte[] value)
    {
        byte[] keyBytes = TestBytes.Key(key, 8);
        switch (verb)
        {
            case 0:
                if (store.Remove(keyBytes))
                    expected.Remove(key);
                break;
            case 1:
                if (store.Add(keyBytes, value, new WriteOptions { Ttl = TimeSpan.FromHours(1) }) == WriteOutcome.Stored)
                    expected.Add(key, value);
                break;
            case 2:
                store.Touch(keyBytes, TimeSpan.FromHours(2));
                break;
            case 3:
                store.Maintain();
                break;
            case 4:
                if (store.TryGetInfo(keyBytes, out EntryInfo info) && store.CompareExchange(keyBytes, value, info.Version, default, out _) == WriteOutcome.Stored)
                    expected[key] = value;
                break;
            case 5:
                foreach (ByteStore.EntryEnumerator entry in store)
                    Assert.Equal(8, entry.CurrentKey.Length);
                break;
            case 6:
                store.TryGet(keyBytes, new FragmentingBufferWriter(SpanSizing.ExactHint, 1000), out _);
                break;
            case 7:
                store.TryGet(keyBytes, new byte[LongBytes + 9000], out int _);
                break;
            case 8:
                Assert.Equal(WriteOutcome.Stored, store.Set(keyBytes, ByteSequence.Cut(value, 5000), new WriteOptions { Ttl = TimeSpan.FromHours(1) }));
                expected[key] = value;
                break;
            case 12:
                store.TryLease(keyBytes, out ValueLease lease);
                lease.Dispose();
                break;
            default:
                Assert.Equal(WriteOutcome.Stored, store.Set(keyBytes, value, new WriteOptions { Ttl = verb == 9 ? null : TimeSpan.FromHours(1), Versioned = verb == 10 }));
                expected[key] = value;
                break;
        }
    }
}
