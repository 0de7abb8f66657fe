using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests;

/// <summary>A buffer writer is the caller's code: it may use the very store that is writing to it.</summary>
public sealed class ReentrantReadTests
{
    private const int LongBytes = 60_000;

    private static readonly byte[] s_key = "read while changed"u8.ToArray();

    public static TheoryData<string, int> Changes
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (string change in Verbs.Keys)
            {
                foreach (int valueBytes in new[] { 0, 1, 300, 5000, LongBytes })
                    data.Add(change, valueBytes);
            }

            return data;
        }
    }

    private static Dictionary<string, Action<ByteStore, int>> Verbs { get; } = new()
    {
        ["overwrite with the same length"] = (s, n) => s.Set(s_key, TestBytes.Value(2, n)),
        ["overwrite with another length"] = (s, n) => s.Set(s_key, TestBytes.Value(2, n + 100)),
        ["overwrite with a short value"] = (s, _) => s.Set(s_key, TestBytes.Value(2, 10)),
        ["overwrite with a long value"] = (s, _) => s.Set(s_key, TestBytes.Value(2, LongBytes + 1000)),
        ["remove"] = (s, _) => s.Remove(s_key),
        ["clear"] = (s, _) => s.Clear(),
        ["touch"] = (s, _) => s.Touch(s_key, TimeSpan.FromHours(1)),
        ["evict"] = (s, _) =>
        {
            for (int i = 0; i < 2000; i++)
                s.Set(TestBytes.Key(i, 8), TestBytes.Value(9, 1000));
        },
        ["fill with long values"] = (s, _) =>
        {
            for (int i = 0; i < 30; i++)
                s.Set(TestBytes.Key(i, 8), TestBytes.Value(9, 100_000));
        },
        ["maintain"] = (s, _) => s.Maintain(),
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void TryGet_WriterChangesTheStore_DeliversOneWholeValue(string change, int valueBytes)
    {
        foreach (int spanBytes in new[] { 100, 7000, LongBytes + 2000 })
        {
            using var subject = new StoreUnderTest();
            subject.Set(s_key, 1, valueBytes);
            int calls = 0;
            var writer = new CallbackBufferWriter(spanBytes, () =>
            {
                if (calls++ < 3)
                    Verbs[change](subject.Store, valueBytes);
            });

            ReadOutcome outcome = subject.Store.TryGet(s_key, writer, out EntryInfo info);

            byte[] written = writer.Written;
            if (outcome == ReadOutcome.Miss)
            {
                Assert.Empty(written);
            }
            else
            {
                Assert.Equal(ReadOutcome.Hit, outcome);
                Assert.Equal(info.ValueBytes, written.Length);
                Assert.True(TestBytes.IsValue(written, 1) || TestBytes.IsValue(written, 2), "The value is neither the former nor the new one.");
            }

            subject.Store.Maintain();
            Assert.Equal(0, subject.Statistics.PinnedBytes);
        }
    }

    [Theory]
    [InlineData(300)]
    [InlineData(LongBytes)]
    public void TryGet_ReadsNestedDeeperThanThereAreHazardWords_DeliverWholeValues(int valueBytes)
    {
        using var subject = new StoreUnderTest();
        subject.Set(s_key, 1, valueBytes);
        Read(depth: 20);

        subject.Store.Remove(s_key);
        subject.Store.Maintain();
        Assert.Equal(0, subject.Statistics.PinnedBytes);

        void Read(int depth)
        {
            bool nested = depth == 0;
            var writer = new CallbackBufferWriter(100, () =>
            {
                if (nested)
                    return;
                nested = true;
                Read(depth - 1);
            });
            Assert.Equal(ReadOutcome.Hit, subject.Store.TryGet(s_key, writer, out EntryInfo _));
            Assert.Equal(valueBytes, writer.Written.Length);
            Assert.True(TestBytes.IsValue(writer.Written, 1), $"Wrong bytes at depth {depth}.");
        }
    }

    [Fact]
    public void TryGet_LongValueRemovedWhilePinned_CountsAsPinnedUntilTheReadEnds()
    {
        using var subject = new StoreUnderTest();
        subject.Set(s_key, 1, LongBytes);
        long pinned = -1;
        bool removed = false;
        var writer = new CallbackBufferWriter(1000, () =>
        {
            if (removed)
                return;
            removed = subject.Store.Remove(s_key);
            pinned = subject.Statistics.PinnedBytes;
        });

        Assert.Equal(ReadOutcome.Hit, subject.Store.TryGet(s_key, writer, out EntryInfo _));

        Assert.True(TestBytes.IsValue(writer.Written, 1));
        Assert.InRange(pinned, LongBytes / 2, subject.Statistics.CapacityBytes);
        subject.Store.Maintain();
        Assert.Equal(0, subject.Statistics.PinnedBytes);
    }

    [Theory]
    [InlineData(300)]
    [InlineData(LongBytes)]
    public void TryGet_WriterDisposesTheStore_ThrowsObjectDisposedOrFinishes(int valueBytes)
    {
        var subject = new StoreUnderTest();
        subject.Set(s_key, 1, valueBytes);
        var writer = new CallbackBufferWriter(1000, subject.DisposeStoreNow);

        Assert.Throws<ObjectDisposedException>(() => subject.Store.TryGet(s_key, writer, out EntryInfo _));
    }
}
