using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests.Index;

/// <summary>A hash that puts every key into one bucket with one tag: slow, but never wrong.</summary>
public sealed class CollisionTests
{
    private const int KeyCount = 3000;

    [Fact]
    public void SetGetRemove_ThousandsOfCollidingKeys_AreToldApart()
    {
        using StoreUnderTest subject = Colliding(4 << 20);
        for (int i = 0; i < KeyCount; i++)
            subject.Set(KeyOf(i), (ulong)i, 20 + (i % 10));
        for (int i = 0; i < KeyCount; i += 3)
            Assert.True(subject.Store.Remove(KeyOf(i)));
        for (int i = 1; i < KeyCount; i += 3)
            subject.Set(KeyOf(i), (ulong)(i + KeyCount), 40);

        for (int i = 0; i < KeyCount; i++)
        {
            if (i % 3 == 0)
                Assert.False(subject.Contains(KeyOf(i)));
            else
                subject.AssertHit(KeyOf(i), (ulong)(i % 3 == 1 ? i + KeyCount : i), i % 3 == 1 ? 40 : 20 + (i % 10));
        }

        Assert.Equal(KeyCount * 2 / 3, subject.Statistics.EntryCount);
    }

    [Fact]
    public void TryGet_CollidingKeyThatDiffersInOneByte_IsAMiss()
    {
        using StoreUnderTest subject = Colliding(1 << 20);
        for (int keyBytes = 1; keyBytes <= 70; keyBytes++)
        {
            byte[] key = TestBytes.Key(keyBytes, keyBytes);
            subject.Set(key, seed: 1, valueBytes: 20);
            for (int i = 0; i < keyBytes; i++)
            {
                key[i] ^= 1;
                Assert.False(subject.Contains(key), $"Byte {i} of {keyBytes} was not compared.");
                key[i] ^= 1;
            }

            subject.AssertHit(key, 1, 20);
            subject.Store.Remove(key);
        }
    }

    [Fact]
    public void Set_CollidingKeysBeyondCapacity_EvictsAndStaysWithinBudget()
    {
        using StoreUnderTest subject = Colliding(1 << 20);
        for (int i = 0; i < KeyCount; i++)
        {
            subject.Set(KeyOf(i), (ulong)i, 700);
            if (i % 64 == 0)
                subject.AssertBudget();
        }

        Assert.True(subject.Statistics.Evictions > 0);
        subject.AssertHit(KeyOf(KeyCount - 1), KeyCount - 1, 700);
        for (int i = 0; i < KeyCount; i++)
        {
            if (subject.Get(KeyOf(i)) is { } value)
                Assert.True(TestBytes.IsValue(value, (ulong)i), $"Key {i} has the value of another.");
        }
    }

    [Fact]
    public void RemoveAll_CollidingKeys_LeavesAnEmptyWorkingStore()
    {
        using StoreUnderTest subject = Colliding(2 << 20);
        for (int round = 0; round < 3; round++)
        {
            for (int i = 0; i < 1500; i++)
                subject.Set(KeyOf(i), (ulong)(i + round), 15);
            for (int i = 1499; i >= 0; i--)
                Assert.True(subject.Store.Remove(KeyOf(i)));
            subject.Verify();
            Assert.Equal(0, subject.Statistics.EntryCount);
        }
    }

    [Fact]
    public void AddTouchCompareExchange_CollidingKeys_MeetTheirOwnEntry()
    {
        using StoreUnderTest subject = Colliding(2 << 20);
        var versioned = new WriteOptions { Versioned = true };
        for (int i = 0; i < 300; i++)
            Assert.Equal(WriteOutcome.Stored, subject.Store.Add(KeyOf(i), TestBytes.Value((ulong)i, 30), versioned));
        for (int i = 0; i < 300; i++)
            Assert.Equal(WriteOutcome.Exists, subject.Store.Add(KeyOf(i), "other"u8, versioned));
        for (int i = 0; i < 300; i += 2)
            Assert.Equal(WriteOutcome.Stored, subject.Store.Touch(KeyOf(i), TimeSpan.FromMilliseconds(10)));
        subject.AdvanceMs(10);

        for (int i = 0; i < 300; i++)
        {
            Assert.Equal(i % 2 == 1, subject.Store.TryGetInfo(KeyOf(i), out EntryInfo info));
            WriteOutcome expected = i % 2 == 1 ? WriteOutcome.Stored : WriteOutcome.NotFound;
            Assert.Equal(expected, subject.Store.CompareExchange(KeyOf(i), "new"u8, Math.Max(1, info.Version), versioned, out _));
        }
    }

    private static StoreUnderTest Colliding(long capacityBytes) => new(o =>
    {
        o.CapacityBytes = capacityBytes;
        o.HashSecret = Hashing.Secrets.Degenerate;
    });

    private static byte[] KeyOf(int i) => TestBytes.Key(i, 4 + (i % 30));
}
