using System.Runtime.InteropServices;
using Strata.Engine.Layout;
using Xunit;

namespace Strata.Engine.Tests.Layout;

/// <summary>The sizes that addresses are computed with. A declared size never shrinks a struct, so only a measurement proves them.</summary>
public sealed class SizeTests
{
    [Fact]
    public void IndexBucket_IsOneCacheLine() => Assert.Equal(64, SizeOf<IndexBucket>());

    [Fact]
    public void IndexBucket_Constants_MatchTheStruct()
    {
        Assert.Equal(IndexBucket.BucketBytes, SizeOf<IndexBucket>());
        Assert.Equal(IndexBucket.BucketBytes, sizeof(ulong) * (1 + IndexBucket.SlotCount));
    }

    [Fact]
    public void IndexBucket_Head_IsTheFirstWord()
    {
        var bucket = new IndexBucket[1];
        bucket[0].Head = ulong.MaxValue;

        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(bucket.AsSpan());

        Assert.Equal(-1, bytes[..8].IndexOfAnyExcept((byte)0xFF));
        Assert.Equal(-1, bytes[8..].IndexOfAnyExcept((byte)0));
    }

    [Fact]
    public void IndexRoot_IsOneCacheLine()
    {
        Assert.Equal(64, SizeOf<IndexRoot>());
        Assert.Equal(IndexRoot.RootBytes, SizeOf<IndexRoot>());
    }

    [Fact]
    public void PageInfo_IsOneCacheLine()
    {
        Assert.Equal(64, SizeOf<PageInfo>());
        Assert.Equal(PageInfo.InfoBytes, SizeOf<PageInfo>());
    }

    [Fact]
    public void WordsOfIndexAndRecords_HaveTheirSizes()
    {
        Assert.Equal(sizeof(ulong), SizeOf<IndexSlot>());
        Assert.Equal(sizeof(ulong), SizeOf<RecordHeader>());
        Assert.Equal(sizeof(uint), new RecordHeader(1, RecordHeader.WideValueBytes - 1, default).HeaderBytes);
        Assert.Equal(sizeof(ulong), new RecordHeader(1, RecordHeader.WideValueBytes, default).HeaderBytes);
    }

    private static int SizeOf<T>()
        where T : struct => MemoryMarshal.AsBytes(new T[1].AsSpan()).Length;
}
