using System.Buffers;
using Strata.Keys;
using Strata.Payloads;
using Xunit;

namespace Strata.Tests.Many;

public sealed class BatchTests
{
    [Fact]
    public void Add_KeysOfEveryForm_AreThereInOrder()
    {
        using var keys = new KeyBatch();
        keys.Add("utf8"u8);
        keys.Add("text");
        keys.Add($"number:{42}");
        using (CacheKey key = $"{new string('x', 300)}")
            keys.Add(key);
        Assert.Equal(4, keys.Count);
        Assert.True(keys[0].SequenceEqual("utf8"u8));
        Assert.True(keys[1].SequenceEqual("text"u8));
        Assert.True(keys[2].SequenceEqual("number:42"u8));
        Assert.Equal(300, keys[3].Length);
    }

    [Fact]
    public void Add_BadKey_ThrowsAndAddsNothing()
    {
        using var keys = new KeyBatch();
        keys.Add("first");
        Assert.Throws<ArgumentException>(() => keys.Add(""u8));
        Assert.Throws<ArgumentException>(() => keys.Add(""));
        Assert.Throws<ArgumentException>(() => keys.Add(new byte[4097].AsSpan()));
        Assert.Throws<ArgumentException>(() => keys.Add("\ud800"));
        Assert.Equal(1, keys.Count);
        Assert.True(keys[0].SequenceEqual("first"u8));
    }

    [Fact]
    public void Index_OutsideOfBatch_Throws()
    {
        using var keys = new KeyBatch();
        keys.Add("k");
        keys.Clear();
        Assert.Throws<ArgumentOutOfRangeException>(() => keys[0].Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => keys[-1].Length);
    }

    [Fact]
    public void Use_AfterDispose_Throws()
    {
        var keys = new KeyBatch();
        keys.Dispose();
        keys.Dispose();
        Assert.Throws<ObjectDisposedException>(() => keys.Add("k"));
        Assert.Throws<ObjectDisposedException>(keys.Clear);
        var entries = new EntryBatch();
        entries.Dispose();
        entries.Dispose();
        Assert.Throws<ObjectDisposedException>(() => entries.Add("k", 1));
        Assert.Throws<ObjectDisposedException>(entries.Clear);
    }

    [Fact]
    public void Add_SerializerThatThrows_LeavesTheBatchAsItWas()
    {
        using var cache = new TieredCache(new() { CapacityBytes = 1 << 20 });
        using var entries = new EntryBatch();
        entries.Add("a", 1);
        Assert.Throws<IOException>(() => entries.Add("b", "half", new HalfWriter()));
        Assert.Throws<ArgumentNullException>(() => entries.Add("b", null!, PayloadSerializer.Utf8));
        entries.Add("c", 3);
        Assert.Equal(2, entries.Count);
        Assert.Equal(2, cache.SetMany(entries));
        Assert.True(cache.TryGet("a", out int a) && cache.TryGet("c", out int c) && (a, c) == (1, 3));
        Assert.False(cache.TryGet("b", out string? _));
    }

    private sealed class HalfWriter : IPayloadSerializer<string>
    {
        public void Write(string value, IBufferWriter<byte> destination)
        {
            destination.Write("half"u8);
            throw new IOException();
        }

        public bool TryRead(in ReadOnlySequence<byte> payload, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out string value) => throw new NotSupportedException();
    }
}
