using System.Buffers;
using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests;

/// <summary>What no caller should do: a clear exception, nothing stored, and a store that works on.</summary>
public sealed class BadInputTests
{
    public static TheoryData<string, int> Keys
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (string verb in KeyedVerbs.Keys)
            {
                data.Add(verb, 0);
                data.Add(verb, ByteStoreOptions.MaxKeyBytes + 1);
                data.Add(verb, 100_000);
            }

            return data;
        }
    }

    public static TheoryData<string> Writers => [.. ValueVerbs.Keys];

    public static TheoryData<string, long> BadTtls
    {
        get
        {
            long[] ticks = [0, -1, -TimeSpan.TicksPerSecond, WriteOptions.MaxTtl.Ticks + TimeSpan.TicksPerMillisecond, TimeSpan.MaxValue.Ticks, TimeSpan.MinValue.Ticks];
            var data = new TheoryData<string, long>();
            foreach (string verb in TtlVerbs.Keys)
            {
                foreach (long t in ticks)
                    data.Add(verb, t);
            }

            return data;
        }
    }

    private static Dictionary<string, Action<ByteStore, byte[]>> KeyedVerbs { get; } = new()
    {
        ["TryGet span"] = (s, k) => s.TryGet(k, new byte[8], out int _),
        ["TryGet info"] = (s, k) => s.TryGetEntry(k, new byte[8], out EntryInfo _),
        ["TryGet writer"] = (s, k) => s.TryGet(k, new FragmentingBufferWriter(SpanSizing.ExactHint), out _),
        ["TryGetInfo"] = (s, k) => s.TryGetInfo(k, out _),
        ["Set"] = (s, k) => s.Set(k, "v"u8),
        ["Set options"] = (s, k) => s.Set(k, "v"u8, default),
        ["Set sequence"] = (s, k) => s.Set(k, ByteSequence.Cut([1, 2], 1), default),
        ["Add"] = (s, k) => s.Add(k, "v"u8),
        ["CompareExchange"] = (s, k) => s.CompareExchange(k, "v"u8, 1, default, out _),
        ["Touch"] = (s, k) => s.Touch(k, null),
        ["Remove"] = (s, k) => s.Remove(k),
    };

    private static Dictionary<string, Action<ByteStore, byte[]>> ValueVerbs { get; } = new()
    {
        ["Set"] = (s, v) => s.Set("new"u8, v),
        ["Set options"] = (s, v) => s.Set("new"u8, v, default),
        ["Set sequence"] = (s, v) => s.Set("new"u8, ByteSequence.Cut(v, 1 << 16), default),
        ["Add"] = (s, v) => s.Add("new"u8, v),
        ["CompareExchange"] = (s, v) => s.CompareExchange("new"u8, v, 1, default, out _),
    };

    private static Dictionary<string, Action<ByteStore, TimeSpan>> TtlVerbs { get; } = new()
    {
        ["Set"] = (s, t) => s.Set("new"u8, "v"u8, new WriteOptions { Ttl = t }),
        ["Set sequence"] = (s, t) => s.Set("new"u8, ByteSequence.Cut([1, 2], 1), new WriteOptions { Ttl = t }),
        ["Add"] = (s, t) => s.Add("new"u8, "v"u8, new WriteOptions { Ttl = t }),
        ["CompareExchange"] = (s, t) => s.CompareExchange("new"u8, "v"u8, 1, new WriteOptions { Ttl = t }, out _),
        ["Touch"] = (s, t) => s.Touch("kept"u8, t),
    };

    [Theory]
    [MemberData(nameof(Keys))]
    public void AnyVerb_KeyOfBadLength_NamesKeyLengthAndLimit(string verb, int keyBytes)
    {
        using StoreUnderTest subject = Prepared();

        var error = Assert.ThrowsAny<ArgumentException>(() => KeyedVerbs[verb](subject.Store, new byte[keyBytes]));

        Assert.Equal("key", error.ParamName);
        AssertNames(error, keyBytes, ByteStoreOptions.MaxKeyBytes);
        AssertUntouched(subject);
    }

    [Theory]
    [MemberData(nameof(Writers))]
    public void AnyWrite_ValueTooLong_NamesValueLengthAndLimit(string verb)
    {
        using StoreUnderTest subject = Prepared();
        int limit = (int)subject.Store.MaxValueBytes;
        foreach (int valueBytes in new[] { limit + 1, 4 * limit })
        {
            var error = Assert.ThrowsAny<ArgumentException>(() => ValueVerbs[verb](subject.Store, new byte[valueBytes]));

            Assert.Equal("value", error.ParamName);
            AssertNames(error, valueBytes, limit);
        }

        AssertUntouched(subject);
    }

    [Theory]
    [MemberData(nameof(BadTtls))]
    public void AnyWrite_TtlOutOfRange_NamesValueAndLimit(string verb, long ticks)
    {
        using StoreUnderTest subject = Prepared();
        TimeSpan ttl = TimeSpan.FromTicks(ticks);

        var error = Assert.ThrowsAny<ArgumentException>(() => TtlVerbs[verb](subject.Store, ttl));

        Assert.Contains("ttl", $"{error.ParamName} {error.Message}", StringComparison.OrdinalIgnoreCase);
        Assert.Contains(ttl.ToString(), error.Message, StringComparison.Ordinal);
        AssertUntouched(subject);
    }

    [Fact]
    public void TryGet_NullWriter_NamesTheArgument()
    {
        using StoreUnderTest subject = Prepared();

        Assert.Throws<ArgumentNullException>("destination", () => subject.Store.TryGet("kept"u8, (IBufferWriter<byte>)null!, out EntryInfo _));

        AssertUntouched(subject);
    }

    [Fact]
    public void TryGet_WriterThatThrows_LeavesTheStoreUsable()
    {
        using StoreUnderTest subject = Prepared();
        subject.Set("long"u8.ToArray(), 2, 40_000);
        for (int i = 0; i < 200; i++)
        {
            Assert.Throws<NotSupportedException>(() => subject.Store.TryGet("kept"u8, new ThrowingBufferWriter(0), out _));
            Assert.Throws<NotSupportedException>(() => subject.Store.TryGet("long"u8, new ThrowingBufferWriter(0), out _));
            Assert.Throws<NotSupportedException>(() => subject.Store.TryGet("long"u8, new ThrowingBufferWriter(1), out _));
        }

        subject.AssertHit("long"u8.ToArray(), 2, 40_000);
        subject.Store.Remove("long"u8);
        Assert.Equal(0, subject.Statistics.PinnedBytes);
        AssertUntouched(subject);
    }

    private static StoreUnderTest Prepared()
    {
        var subject = new StoreUnderTest();
        subject.Set("kept"u8.ToArray(), 1, 33);
        return subject;
    }

    private static void AssertNames(ArgumentException error, int value, int limit)
    {
        string plain = error.Message.Replace(",", "", StringComparison.Ordinal);
        Assert.Contains($"{value}", plain, StringComparison.Ordinal);
        Assert.Contains($"{limit}", plain, StringComparison.Ordinal);
    }

    private static void AssertUntouched(StoreUnderTest subject)
    {
        Assert.Equal(1, subject.Statistics.EntryCount);
        Assert.False(subject.Contains("new"u8.ToArray()));
        subject.AssertHit("kept"u8.ToArray(), 1, 33);
        Assert.True(subject.Store.TryGetInfo("kept"u8, out EntryInfo info));
        Assert.Equal(long.MaxValue, info.ExpiresInMs);
        subject.Set("after"u8.ToArray(), 9, 10);
        subject.AssertHit("after"u8.ToArray(), 9, 10);
    }
}
