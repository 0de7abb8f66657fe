using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests;

public sealed class DisposeTests
{
    public static TheoryData<string> Members => [.. Verbs.Keys];

    private static Dictionary<string, Action<ByteStore>> Verbs { get; } = new()
    {
        ["TryGet span"] = s => s.TryGet("k"u8, new byte[8], out int _),
        ["TryGet info"] = s => s.TryGetEntry("k"u8, new byte[8], out EntryInfo _),
        ["TryGet writer"] = s => s.TryGet("k"u8, new FragmentingBufferWriter(SpanSizing.ExactHint), out _),
        ["TryLease"] = s => s.TryLease("k"u8, out _),
        ["TryGetInfo"] = s => s.TryGetInfo("k"u8, out _),
        ["Set"] = s => s.Set("k"u8, "v"u8),
        ["Set options"] = s => s.Set("k"u8, "v"u8, default),
        ["Set sequence"] = s => s.Set("k"u8, ByteSequence.Cut([1, 2], 1), default),
        ["Set long"] = s => s.Set("k"u8, new byte[50_000]),
        ["Add"] = s => s.Add("k"u8, "v"u8),
        ["CompareExchange"] = s => s.CompareExchange("k"u8, "v"u8, 1, default, out _),
        ["Touch"] = s => s.Touch("k"u8, null),
        ["Remove"] = s => s.Remove("k"u8),
        ["Clear"] = s => s.Clear(),
        ["GetEnumerator"] = s => s.GetEnumerator().MoveNext(),
        ["GetStatistics"] = s => s.GetStatistics(),
        ["Maintain"] = s => s.Maintain(),
        ["SetCapacity"] = s => s.SetCapacity(s.MaxCapacityBytes),
        ["Trim"] = s => s.Trim(),
        ["GetMemoryReport"] = s => s.GetMemoryReport(),
    };

    [Theory]
    [MemberData(nameof(Members))]
    public void AnyMember_AfterDispose_ThrowsObjectDisposed(string verb)
    {
        var subject = new StoreUnderTest();
        subject.Set("k"u8.ToArray(), 1, 8);
        subject.DisposeStoreNow();

        var error = Assert.Throws<ObjectDisposedException>(() => Verbs[verb](subject.Store));

        Assert.Contains(nameof(ByteStore), error.ObjectName, StringComparison.Ordinal);
    }

    [Fact]
    public void Dispose_Twice_IsFine()
    {
        var subject = new StoreUnderTest();
        subject.DisposeStoreNow();

        subject.Store.Dispose();

        Assert.Throws<ObjectDisposedException>(() => subject.Store.Clear());
    }

    [Fact]
    public void Dispose_WithBackgroundTimer_StopsIt()
    {
        var subject = new StoreUnderTest(o => o.BackgroundMaintenance = true);
        subject.Set("k"u8.ToArray(), 1, 8, TimeSpan.FromSeconds(1));
        subject.DisposeStoreNow();

        // A timer that still ran would throw out of here.
        subject.Clock.Advance(TimeSpan.FromHours(1));

        Assert.Throws<ObjectDisposedException>(() => subject.Store.GetStatistics());
    }

    [Fact]
    public void MoveNext_StoreDisposedInTheMiddle_ThrowsObjectDisposedOrEnds()
    {
        var subject = new StoreUnderTest();
        for (int i = 0; i < 500; i++)
            subject.Set(TestBytes.Key(i, 8), (ulong)i, 20);

        int seen = 0;
        bool refused = false;
        using (ByteStore.EntryEnumerator entries = subject.Store.GetEnumerator())
        {
            try
            {
                while (entries.MoveNext())
                {
                    if (++seen == 100)
                        subject.DisposeStoreNow();
                }
            }
            catch (ObjectDisposedException)
            {
                refused = true;
            }
        }

        Assert.True(refused || seen >= 100, $"The enumeration ended after {seen} entries.");
        Assert.InRange(seen, 100, 500);
    }
}
