using Strata.Payloads;
using Strata.Payloads.MessagePack;
using Strata.Payloads.MessagePack.Formats;
using Xunit;

namespace Strata.Tests.Payloads.MessagePack;

/// <summary>What each type looks like in bytes: the forms of MessagePack-CSharp's standard resolver.</summary>
public sealed class ScalarFormatTests
{
    [Fact]
    public void Scalars_InBytes_AreWhatMessagePackCSharpWrites()
    {
        AssertIs<bool, ScalarFormat>("c3", true);
        AssertIs<sbyte, ScalarFormat>("d080", sbyte.MinValue);
        AssertIs<byte, ScalarFormat>("ccff", byte.MaxValue);
        AssertIs<short, ScalarFormat>("d18000", short.MinValue);
        AssertIs<ushort, ScalarFormat>("cdffff", ushort.MaxValue);
        AssertIs<int, ScalarFormat>("d280000000", int.MinValue);
        AssertIs<uint, ScalarFormat>("ceffffffff", uint.MaxValue);
        AssertIs<long, ScalarFormat>("d38000000000000000", long.MinValue);
        AssertIs<ulong, ScalarFormat>("cfffffffffffffffff", ulong.MaxValue);
        AssertIs<Half, ScalarFormat>("ca3fc00000", (Half)1.5f);
        AssertIs<float, ScalarFormat>("ca3fc00000", 1.5f);
        AssertIs<double, ScalarFormat>("cb3ff8000000000000", 1.5);
        AssertIs<char, ScalarFormat>("cd017e", 'ž');
        AssertIs<string, ScalarFormat>("a3c5be61", "ža");
        AssertIs<decimal, ScalarFormat>("a6 2d31322e3530", -12.50m);
        AssertIs<decimal, ScalarFormat>("be 2d3739323238313632353134323634333337353933353433393530333335", decimal.MinValue);
        AssertIs<decimal, ScalarFormat>("bf 2d302e30303030303030303030303030303030303030303030303030303031", new decimal(1, 0, 0, true, 28));
        AssertIs<Guid, ScalarFormat>("d924 30313233343536372d383961622d636465662d303132332d343536373839616263646566", Guid.Parse("01234567-89ab-cdef-0123-456789abcdef"));
        AssertIs<DateTime, ScalarFormat>("d6ff 00000001", DateTime.UnixEpoch.AddSeconds(1));
        AssertIs<DateTime, ScalarFormat>("d7ff 00000640 00000000", DateTime.UnixEpoch.AddTicks(4));
        AssertIs<DateTime, ScalarFormat>("c70cff 00000000 fffffff1886e0900", DateTime.SpecifyKind(DateTime.MinValue, DateTimeKind.Utc));
        AssertIs<DateTimeOffset, ScalarFormat>("92 d6ff00000e10 3c", new DateTimeOffset(1970, 1, 1, 1, 0, 0, TimeSpan.FromHours(1)));
        AssertIs<DateTimeOffset, ScalarFormat>("92 d6ff00000000 d1feac", new DateTimeOffset(1970, 1, 1, 0, 0, 0, TimeSpan.FromMinutes(-340)));
        AssertIs<TimeSpan, ScalarFormat>("ce00989680", TimeSpan.FromSeconds(1));
        AssertIs<DateOnly, ScalarFormat>("ce000afa67", new DateOnly(1970, 1, 1).AddDays(301));
        AssertIs<Uri, ScalarFormat>("ad 687474703a2f2f612f62253230", new Uri("http://a/b%20"));
        AssertIs<Uri, ScalarFormat>("a3 2f6162", new Uri("/ab", UriKind.Relative));
        AssertIs<Version, ScalarFormat>("a7 312e322e332e34", new Version(1, 2, 3, 4));
        AssertIs<Version, ScalarFormat>("d92b 323134373438333634372e323134373438333634372e323134373438333634372e32313437343833363437", new Version(int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue));
    }

    [Fact]
    public void Bytes_AreBinary()
    {
        byte[] bytes = [1, 2];
        Assert.Equal("c4020102", Packed.Hex<byte[], ScalarFormat>(bytes));
        Assert.Equal("c4020102", Packed.Hex<Memory<byte>, ScalarFormat>(bytes));
        Assert.Equal("c4020102", Packed.Hex<ReadOnlyMemory<byte>, ScalarFormat>(bytes));
        Assert.True(Packed.TryRead(PayloadSerializer.MessagePack<byte[], ScalarFormat>(), "c4020102", out byte[]? array));
        Assert.Equal(bytes, array);
        Assert.True(Packed.TryRead(PayloadSerializer.MessagePack<Memory<byte>, ScalarFormat>(), "c4020102", out Memory<byte> memory));
        Assert.Equal(bytes, memory.ToArray());
        Assert.True(Packed.TryRead(PayloadSerializer.MessagePack<ReadOnlyMemory<byte>, ScalarFormat>(), "c4020102", out ReadOnlyMemory<byte> only));
        Assert.Equal(bytes, only.ToArray());
    }

    [Fact]
    public void References_ThatAreNull_AreNil()
    {
        Assert.Equal("c0", Packed.Hex(static (ref w) => ScalarFormat.Write(ref w, (string?)null)));
        Assert.Equal("c0", Packed.Hex(static (ref w) => ScalarFormat.Write(ref w, (Uri?)null)));
        Assert.Equal("c0", Packed.Hex(static (ref w) => ScalarFormat.Write(ref w, (Version?)null)));
        Assert.Equal("c0", Packed.Hex(static (ref w) => ScalarFormat.Write(ref w, (byte[]?)null)));
        Assert.True(Packed.Reads("c0", static (ref r) => ScalarFormat.TryRead(ref r, out string? value) && value is null));
        Assert.True(Packed.Reads("c0", static (ref r) => ScalarFormat.TryRead(ref r, out Uri? value) && value is null));
        Assert.True(Packed.Reads("c0", static (ref r) => ScalarFormat.TryRead(ref r, out Version? value) && value is null));
        Assert.True(Packed.Reads("c0", static (ref r) => ScalarFormat.TryRead(ref r, out byte[]? value) && value is null));
    }

    [Fact]
    public void DateTime_OfLocalTime_IsWrittenAsUtc()
    {
        DateTime local = DateTime.UnixEpoch.AddSeconds(1).ToLocalTime();
        Assert.Equal("d6ff00000001", Packed.Hex<DateTime, ScalarFormat>(local));
        Assert.Equal("d6ff00000001", Packed.Hex<DateTime, ScalarFormat>(DateTime.SpecifyKind(DateTime.UnixEpoch.AddSeconds(1), DateTimeKind.Unspecified)));
    }

    [Fact]
    public void Scalars_ThatDoNotFit_AreUnreadable()
    {
        AssertUnreadable<sbyte, ScalarFormat>("cc80", "d0", "d1ff7f", "c0", "a130", "ca3f800000");
        AssertUnreadable<byte, ScalarFormat>("cd0100", "ff", "c0");
        AssertUnreadable<short, ScalarFormat>("cd8000", "d2ffff7fff");
        AssertUnreadable<ushort, ScalarFormat>("ce00010000", "ff");
        AssertUnreadable<int, ScalarFormat>("ce80000000", "d3ffffffff7fffffff", "cb3ff0000000000000");
        AssertUnreadable<uint, ScalarFormat>("cf0000000100000000", "ff");
        AssertUnreadable<long, ScalarFormat>("cf8000000000000000");
        AssertUnreadable<ulong, ScalarFormat>("ff");
        AssertUnreadable<char, ScalarFormat>("ce00010000", "a161", "ff");
        AssertUnreadable<Half, ScalarFormat>("ca3f8ccccd", "ca7f7fffff");
        AssertUnreadable<decimal, ScalarFormat>("a0", "a178", "a3312c30", "a2312e2e", "d920" + string.Concat(Enumerable.Repeat("39", 32)), "01", "c0");
        AssertUnreadable<Guid, ScalarFormat>("a0", "d924" + string.Concat(Enumerable.Repeat("67", 36)), "d926" + string.Concat(Enumerable.Repeat("30", 38)), "c0");
        AssertUnreadable<DateTime, ScalarFormat>("c0", "00", "d60100000000");
        AssertUnreadable<DateTimeOffset, ScalarFormat>("91d6ff00000000", "93d6ff000000000000", "92d6ff00000000cd0349", "92c70cff00000000fffffff1886e09003c", "92d6ff00000000a0", "c0", "920000");
        AssertUnreadable<DateOnly, ScalarFormat>("ff", "ce0037b9db");
        AssertUnreadable<Version, ScalarFormat>("a131", "a3312e78", "d92c" + string.Concat(Enumerable.Repeat("31", 44)));
        AssertUnreadable<Uri, ScalarFormat>("a8687474703a2f2f5b", "a1ff");
        AssertUnreadable<byte[], ScalarFormat>("a0", "9101", "c40200");
        AssertUnreadable<string, ScalarFormat>("c400", "a2c3", "a1ff");
    }

    [Fact]
    public void Value_WithBytesBehind_IsUnreadable() => AssertUnreadable<int, ScalarFormat>("0000", "00c0", "");

    /// <summary>The value is written as the bytes, the bytes are read as the value.</summary>
    private static void AssertIs<T, TFormat>(string hex, T value)
        where TFormat : IMessagePackFormat<T>
    {
        Assert.Equal(Convert.ToHexStringLower(Packed.Bytes(hex)), Packed.Hex<T, TFormat>(value));
        Assert.True(Packed.TryRead(PayloadSerializer.MessagePack<T, TFormat>(), hex, out T? read), hex);
        Assert.Equal(value, read);
    }

    private static void AssertUnreadable<T, TFormat>(params string[] payloads)
        where TFormat : IMessagePackFormat<T>
    {
        foreach (string hex in payloads)
        {
            Assert.False(Packed.TryRead(PayloadSerializer.MessagePack<T, TFormat>(), hex, out T? value), $"{typeof(T).Name} {hex}");
            Assert.Equal(default, value);
        }
    }
}
