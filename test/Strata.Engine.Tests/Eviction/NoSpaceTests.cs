using Strata.Engine.Removals;
using Strata.Engine.Tests.Concurrency;
using Strata.Engine.Tests.Expiry;
using Strata.Engine.Tests.Removals;
using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests.Eviction;

/// <summary>Memory that readers hold cannot be evicted: the one case in which a write finds no room.</summary>
public sealed class NoSpaceTests
{
    private const int LongBytes = 28 * StoreUnderTest.SlabBytes;
    private const int LongCount = 4;
    private const int SlabValueBytes = 5000;
    private const int PinsOfAThread = 8;
    private const int MostHeld = 40;

    private static readonly byte[] s_key = "refused"u8.ToArray();

    [Theory]
    [InlineData(20)]
    [InlineData(5000)]
    [InlineData(60_000)]
    public void Set_ReadersHoldAllMemory_AnswersNoSpaceAndKeepsNoFormerValue(int valueBytes)
    {
        using var subject = new StoreUnderTest();
        WhileReadersHoldAllMemory(subject, () =>
        {
            int key = 0;
            while (subject.Store.Set(TestBytes.Key(key, 8), new byte[valueBytes]) == WriteOutcome.Stored)
                Assert.True(++key < 5000, "Every write found room.");

            Assert.False(subject.Contains(TestBytes.Key(key, 8)));
            Assert.Equal(WriteOutcome.NoSpace, subject.Store.Add(TestBytes.Key(key, 8), new byte[valueBytes]));
            subject.Verify();
        });

        Assert.Equal(WriteOutcome.Stored, subject.Store.Set(s_key, TestBytes.Value(5, valueBytes)));
        subject.AssertHit(s_key, 5, valueBytes);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Set_OverAnEntryThatIsThere_RemovesAndCountsIt(bool isExpired)
    {
        var told = new List<Removal>();
        using var subject = new StoreUnderTest(o => o.RemovalListener = (in RemovedEntry entry) => told.Add(Removal.Of(in entry)));
        subject.Set(s_key, 1, 20, TimeSpan.FromSeconds(1));
        WhileReadersHoldLongValues(subject, () =>
        {
            subject.AdvanceMs(isExpired ? 1000 : 999);
            Assert.Equal(!isExpired, subject.Contains(s_key));
            StoreStatistics before = subject.Statistics;

            Assert.Equal(WriteOutcome.NoSpace, subject.Store.Set(s_key, new byte[200_000]));

            Assert.False(subject.Contains(s_key));
            StoreStatistics after = subject.Statistics;
            Assert.Equal(before.EntryCount - 1, after.EntryCount);
            Assert.Equal((isExpired ? 0 : 1, isExpired ? 1 : 0, 0), (after.Evictions - before.Evictions, after.Expirations - before.Expirations, after.Removals - before.Removals));
            subject.Store.DeliverRemovals();
            Removal last = told.Single(removal => removal.Key.AsSpan().SequenceEqual(s_key));
            Assert.Equal(isExpired ? RemovalReason.Expired : RemovalReason.Evicted, last.Reason);
            Assert.Equal(TestBytes.Value(1, 20), last.Value);
        });
    }

    [Fact]
    public void Set_ValueCameWhileItsSuccessorFoundNoRoom_TellsNoSpace()
    {
        const int Writers = 6, SegmentBytes = 130_000;
        var told = new List<Removal>();
        var clock = new HookedTimeProvider();
        using var subject = new StoreUnderTest(o => (o.TimeProvider, o.RemovalListener) = (clock, (in RemovedEntry entry) => told.Add(Removal.Of(in entry))));
        using var holding = new CountdownEvent(Writers);
        using var letGo = new ManualResetEventSlim();

        // Long values that are being written hold all memory, and give it back when the one that found none asks for the time.
        var writers = new Thread(() => Crew.Run(Writers, member => Assert.Throws<TimeoutException>(() => subject.Store.Set(LongKey(member), HookedSequence.Of(2, SegmentBytes, 1, Hold), default))));
        writers.Start();
        holding.Wait(TestContext.Current.CancellationToken);
        int readings = 0;
        clock.OnReading = () =>
        {
            if (++readings != 2)
                return;
            clock.OnReading = null;
            letGo.Set();
            writers.Join();
            subject.Set(s_key, 1, 20);
        };

        Assert.Equal(WriteOutcome.NoSpace, subject.Store.Set(s_key, new byte[2 * SegmentBytes]));

        subject.Store.DeliverRemovals();
        Assert.Equal((RemovalReason.NoSpace, 20), Assert.Single(told) is var removal ? (removal.Reason, removal.ValueBytes) : default);
        Assert.False(subject.Contains(s_key));
        Assert.Equal(1, subject.Statistics.Evictions);

        void Hold()
        {
            holding.Signal();
            letGo.Wait();
            throw new TimeoutException("The value never comes.");
        }
    }

    [Fact]
    public void Touch_NoRoomForATimeToLive_LeavesTheEntryAsItWas()
    {
        using var subject = new StoreUnderTest();
        int refused = 0;
        WhileReadersHoldLongValues(subject, () => StoreAndHold(subject, 0, TouchOne, () => { }));
        Assert.True(refused > 0, "Every touch found room.");

        void TouchOne(byte[] key)
        {
            // Often enough for the policy to keep it when the touch has slabs reclaimed.
            for (int i = 0; i < 5; i++)
                subject.AssertHit(key, 3, SlabValueBytes);
            Assert.True(subject.Store.TryGetInfo(key, out EntryInfo before));
            if (subject.Store.Touch(key, TimeSpan.FromHours(1)) != WriteOutcome.NoSpace)
                return;
            refused++;
            Assert.True(subject.Store.TryGetInfo(key, out EntryInfo after));
            Assert.Equal(before, after);
            subject.AssertHit(key, 3, SlabValueBytes);
            subject.Verify();
        }
    }

    // Long values that were removed while they are read: their pages are nobody's and cannot be used.
    private static void WhileReadersHoldLongValues(StoreUnderTest subject, Action work)
    {
        for (int i = 0; i < LongCount; i++)
            subject.Set(LongKey(i), (ulong)i, LongBytes);
        Action inside = work;
        for (int i = LongCount - 1; i >= 0; i--)
        {
            int index = i;
            Action next = inside;
            inside = () => ReadWhile(subject, LongKey(index), LongBytes, 1, () =>
            {
                Assert.True(subject.Store.Remove(LongKey(index)));
                next();
            });
        }

        inside();
    }

    // And whatever else can be stored is read too, by as many threads as that takes: a slab that is reclaimed under a reader cannot be used either.
    private static void WhileReadersHoldAllMemory(StoreUnderTest subject, Action work) =>
        WhileReadersHoldLongValues(subject, () => StoreAndHold(subject, 0, _ => { }, work));

    private static void StoreAndHold(StoreUnderTest subject, int index, Action<byte[]> stored, Action work)
    {
        byte[] key = TestBytes.Key(200_000 + index, 8);
        if (index == MostHeld || subject.Store.Set(key, TestBytes.Value(3, SlabValueBytes)) != WriteOutcome.Stored)
        {
            work();
            return;
        }

        stored(key);
        if (!subject.Contains(key))
            StoreAndHold(subject, index + 1, stored, work);
        else if (index % PinsOfAThread == 0)
            Crew.Run(1, _ => Hold());
        else
            Hold();

        // The writer is asked once before the reader gives up copying the value in one piece, and pins it.
        void Hold() => ReadWhile(subject, key, 100, 2, () => StoreAndHold(subject, index + 1, stored, work));
    }

    private static void ReadWhile(StoreUnderTest subject, byte[] key, int spanBytes, int atCall, Action work)
    {
        int calls = 0;
        var writer = new CallbackBufferWriter(spanBytes, () =>
        {
            if (++calls == atCall)
                work();
        });
        Assert.Equal(ReadOutcome.Hit, subject.Store.TryGet(key, writer, out EntryInfo _));
    }

    private static byte[] LongKey(int index) => TestBytes.Key(100_000 + index, 8);
}
