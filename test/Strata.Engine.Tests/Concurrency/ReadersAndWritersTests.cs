using System.Buffers;
using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests.Concurrency;

/// <summary>A short run of threads against each other; the long ones are the stress program's.</summary>
public sealed class ReadersAndWritersTests
{
    private const int Rounds = 15_000;
    private const int LongestBytes = 20_000;

    [Theory]
    [InlineData(50, 1)]
    [InlineData(3000, 1)]
    [InlineData(3000, 4)]
    public void ReadsAndWrites_OnTheSameKeys_SeeWholeValuesOnly(int keyCount, int stripes)
    {
        using var subject = new StoreUnderTest(o => (o.CapacityBytes, o.StripeCount) = (stripes * (1L << 20), stripes));
        Crew.Run(6, member =>
        {
            var random = new SplitMix64((ulong)(member + 1));
            var buffer = new byte[LongestBytes];
            for (int i = 0; i < Rounds; i++)
            {
                int key = random.Next(keyCount);
                if (member < 2)
                    WriteOne(subject.Store, buffer, key, random.Next(), random.Next(1000) switch { < 900 => random.Next(200), < 995 => random.Next(3000), _ => random.Next(LongestBytes - 16) });
                else if (member == 5)
                    ReadMany(subject.Store, buffer, key, keyCount);
                else
                    ReadOne(subject.Store, buffer, key);
            }
        });

        subject.Verify();
    }

    [Fact]
    public void ReadsAndWrites_WithExpiryTouchRemoveAndMaintenance_SeeWholeValuesOnly()
    {
        using var subject = new StoreUnderTest();
        Crew.Run(6, member =>
        {
            var random = new SplitMix64((ulong)(member + 100));
            var buffer = new byte[LongestBytes];
            for (int i = 0; i < Rounds; i++)
            {
                int key = random.Next(500);
                byte[] keyBytes = TestBytes.Key(key, 8);
                if (member >= 3)
                {
                    ReadOne(subject.Store, buffer, key);
                    continue;
                }

                switch (random.Next(20))
                {
                    case 0:
                        subject.Store.Remove(keyBytes);
                        break;
                    case 1:
                        subject.Store.Touch(keyBytes, TimeSpan.FromMilliseconds(1 + random.Next(50)));
                        break;
                    case 2 when member == 0:
                        subject.AdvanceMs(1);
                        subject.Store.Maintain();
                        break;
                    case 3 when member == 1 && i % 500 == 0:
                        subject.Store.Clear();
                        break;
                    default:
                        WriteOne(subject.Store, buffer, key, random.Next(), random.Next(1500), random.Next(3) == 0 ? TimeSpan.FromMilliseconds(1 + random.Next(100)) : null);
                        break;
                }
            }
        });

        subject.Verify();
    }

    [Fact]
    public void ReadsIntoWriter_WhileTheValueChangesItsLength_SeeWholeValuesOnly()
    {
        using var subject = new StoreUnderTest();
        Crew.Run(4, member =>
        {
            var random = new SplitMix64((ulong)(member + 7));
            var buffer = new byte[LongestBytes];
            var writer = new ArrayBufferWriter<byte>(64);
            for (int i = 0; i < Rounds; i++)
            {
                int key = random.Next(4);
                if (member < 2)
                {
                    WriteOne(subject.Store, buffer, key, random.Next(), random.Next(i % 10 == 0 ? 9000 : 120));
                    continue;
                }

                writer.ResetWrittenCount();
                if (subject.Store.TryGet(TestBytes.Key(key, 8), writer, out EntryInfo info) == ReadOutcome.Hit)
                {
                    Assert.Equal(info.ValueBytes, writer.WrittenCount);
                    Assert.Null(CheckedPayload.Check(writer.WrittenSpan, key));
                }
            }
        });
    }

    [Fact]
    public void CompareExchange_FromManyThreads_LosesNoIncrement()
    {
        const int Threads = 4, Increments = 2000;
        using var subject = new StoreUnderTest();
        byte[] key = "counter"u8.ToArray();
        subject.Store.Set(key, BitConverter.GetBytes(0L), new WriteOptions { Versioned = true });
        Crew.Run(Threads, _ =>
        {
            var value = new byte[sizeof(long)];
            for (int done = 0; done < Increments;)
            {
                Assert.Equal(ReadOutcome.Hit, subject.Store.TryGetEntry(key, value, out EntryInfo info));
                byte[] next = BitConverter.GetBytes(BitConverter.ToInt64(value) + 1);
                if (subject.Store.CompareExchange(key, next, info.Version, default, out long _) == WriteOutcome.Stored)
                    done++;
            }
        });

        Assert.Equal(Threads * Increments, BitConverter.ToInt64(subject.Get(key)!));
    }

    [Fact]
    public void Add_FromManyThreads_OneWinsEachKey()
    {
        using var subject = new StoreUnderTest(o => o.CapacityBytes = 4 << 20);
        int[] wins = new int[1000];
        Crew.Run(4, member =>
        {
            for (int i = 0; i < wins.Length; i++)
            {
                if (subject.Store.Add(TestBytes.Key(i, 8), [(byte)member]) == WriteOutcome.Stored)
                    Interlocked.Increment(ref wins[i]);
            }
        });

        Assert.All(wins, w => Assert.Equal(1, w));
    }

    [Fact]
    public void Enumeration_WhileOthersWrite_SeesLastingKeys()
    {
        using var subject = new StoreUnderTest(o => o.CapacityBytes = 16 << 20);
        for (int i = 0; i < 1000; i++)
            subject.Set(TestBytes.Key(i, 8), 1, 50);
        Crew.Run(3, member =>
        {
            if (member > 0)
            {
                for (int i = 0; i < 20_000; i++)
                    subject.Store.Set(TestBytes.Key((member * 1_000_000) + (i % 8000), 8), TestBytes.Value(1, i % 64));
                return;
            }

            for (int pass = 0; pass < 5; pass++)
            {
                var seen = new HashSet<int>();
                using ByteStore.EntryEnumerator entries = subject.Store.GetEnumerator();
                while (entries.MoveNext())
                    seen.Add(BitConverter.ToInt32(entries.CurrentKey));
                Assert.Equal(1000, seen.Count(k => k < 1000));
            }
        });
        Assert.Equal(0, subject.Statistics.Evictions);
    }

    private static void WriteOne(ByteStore store, byte[] buffer, int key, ulong number, int extraBytes, TimeSpan? ttl = null)
    {
        Span<byte> value = buffer.AsSpan(0, Math.Min(buffer.Length, CheckedPayload.MinBytes + extraBytes));
        CheckedPayload.Write(value, key, number);
        WriteOutcome outcome = store.Set(TestBytes.Key(key, 8), value, new WriteOptions { Ttl = ttl });
        Assert.True(outcome is WriteOutcome.Stored or WriteOutcome.NoSpace, $"{outcome}");
    }

    private static void ReadMany(ByteStore store, byte[] buffer, int firstKey, int keyCount)
    {
        var keys = new ReadOnlyMemory<byte>[Math.Min(20, keyCount)];
        for (int i = 0; i < keys.Length; i++)
            keys[i] = TestBytes.Key((firstKey + i) % keyCount, 8);
        var results = new BatchRead[keys.Length];
        store.TryGetMany(new ByteSpans(keys), buffer, results);
        for (int i = 0; i < keys.Length; i++)
        {
            if (results[i].Outcome == ReadOutcome.Hit)
                Assert.Null(CheckedPayload.Check(buffer.AsSpan(results[i].Start, results[i].ValueBytes), (firstKey + i) % keyCount));
        }
    }

    private static void ReadOne(ByteStore store, byte[] buffer, int key)
    {
        if (store.TryGet(TestBytes.Key(key, 8), buffer, out int length) == ReadOutcome.Hit)
            Assert.Null(CheckedPayload.Check(buffer.AsSpan(0, length), key));
    }
}
