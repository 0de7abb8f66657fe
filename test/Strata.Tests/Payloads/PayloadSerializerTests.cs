using System.Buffers;
using System.Text.Json;
using Strata.Payloads;
using Strata.TestKit;
using Xunit;

namespace Strata.Tests.Payloads;

public sealed class PayloadSerializerTests
{
    [Fact]
    public void Json_RoundTripInPieces_IsEqual()
    {
        IPayloadSerializer<Product> json = PayloadSerializer.Json(TestJson.Default.Product);
        var product = new Product(7, "Žluťoučký kůň", [1.5m, 2]);
        byte[] bytes = Write(json, product);
        AssertReads(json, bytes, product);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{\"Id\":\"seven\"}")]
    [InlineData("[1,2,3]")]
    public void Json_OfForeignPayload_IsUnreadable(string text)
    {
        IPayloadSerializer<Product> json = PayloadSerializer.Json(TestJson.Default.Product);
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(text);
        Assert.False(json.TryRead(new(bytes), out _));
        Assert.False(json.TryRead(Pieces.Of(bytes, bytes.Length / 2), out _));
    }

    /// <summary>The serializer throws NotSupportedException for the one, the constructor its own for the others.</summary>
    [Theory]
    [InlineData("{\"Side\":1}")]
    [InlineData("{\"$type\":\"square\",\"Side\":-1}")]
    [InlineData("{\"$type\":\"square\",\"Side\":-2}")]
    public void Json_OfWhatTheTypeRefuses_IsUnreadable(string text)
    {
        IPayloadSerializer<Shape> json = PayloadSerializer.Json(TestJson.Default.Shape);
        AssertReads(json, Write(json, new Square(1)), new Square(1));
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(text);
        Assert.False(json.TryRead(new(bytes), out _));
        Assert.False(json.TryRead(Pieces.Of(bytes, bytes.Length / 2), out _));
        using var cache = new TieredCache(new() { CapacityBytes = 1 << 20 });
        cache.Set("k", bytes);
        Assert.False(cache.TryGet("k", TestJson.Default.Shape, out _));
        Assert.Equal(1, cache.GetStatistics().UnreadablePayloads);
    }

    [Fact]
    public void Json_AfterAFailedWrite_StillWrites()
    {
        IPayloadSerializer<Product> json = PayloadSerializer.Json(TestJson.Default.Product);
        Assert.Throws<ArgumentException>(() => json.Write(new Product(1, "x", []), new RefusingWriter()));
        Assert.Equal(new Product(2, "y", []).Name, Read(json, Write(json, new Product(2, "y", []))).Name);
    }

    [Theory]
    [InlineData("")]
    [InlineData("plain")]
    [InlineData("žluť 🐎")]
    public void Utf8_RoundTripInPieces_IsEqual(string text) => AssertReads(PayloadSerializer.Utf8, Write(PayloadSerializer.Utf8, text), text);

    [Fact]
    public void Utf8_OfLoneSurrogate_Throws()
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(() => Write(PayloadSerializer.Utf8, "a\ud83d"));
        Assert.Equal("value", exception.ParamName);
    }

    [Fact]
    public void Utf8_OfInvalidBytes_IsUnreadable() => Assert.False(PayloadSerializer.Utf8.TryRead(new([0x61, 0xFF]), out _));

    [Fact]
    public void Unmanaged_RoundTripInPieces_IsEqual()
    {
        IPayloadSerializer<(int, long, Guid)> raw = PayloadSerializer.Unmanaged<(int, long, Guid)>();
        (int, long, Guid) value = (1, long.MinValue, Guid.NewGuid());
        AssertReads(raw, Write(raw, value), value);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(5)]
    public void Unmanaged_OfOtherLength_IsUnreadable(int length) => Assert.False(PayloadSerializer.Unmanaged<int>().TryRead(new(new byte[length]), out _));

    [Fact]
    public void Bytes_RoundTripInPieces_IsACopy()
    {
        byte[] value = [1, 2, 3];
        byte[] written = Write(PayloadSerializer.Bytes, value);
        AssertReads(PayloadSerializer.Bytes, written, value);
        Assert.NotSame(written, Read(PayloadSerializer.Bytes, written));
    }

    private static byte[] Write<T>(IPayloadSerializer<T> serializer, T value)
    {
        var writer = new ArrayBufferWriter<byte>();
        serializer.Write(value, writer);
        return writer.WrittenSpan.ToArray();
    }

    private static T Read<T>(IPayloadSerializer<T> serializer, byte[] bytes)
    {
        Assert.True(serializer.TryRead(new(bytes), out T? value));
        return value;
    }

    private static void AssertReads<T>(IPayloadSerializer<T> serializer, byte[] bytes, T expected)
    {
        Assert.Equivalent(expected, Read(serializer, bytes));
        Assert.True(serializer.TryRead(Pieces.Of(bytes, bytes.Length / 3), out T? pieced));
        Assert.Equivalent(expected, pieced);
    }

    private sealed class RefusingWriter : IBufferWriter<byte>
    {
        public void Advance(int count) => throw new ArgumentException("refused");

        public Memory<byte> GetMemory(int sizeHint = 0) => throw new ArgumentException("refused");

        public Span<byte> GetSpan(int sizeHint = 0) => throw new ArgumentException("refused");
    }
}
