using Strata.Engine.Eviction;
using Xunit;

namespace Strata.Engine.Tests.Eviction;

public sealed class SampleLogTests
{
    [Fact]
    public void TakeTo_AfterAppends_HandsOutEachOnceInOrder()
    {
        var log = new SampleLog(4);
        for (ulong i = 1; i <= 50; i++)
            log.Append(new SampledKey(i));
        var samples = new ulong[64];

        Assert.Equal(20, log.TakeTo(samples.AsSpan(0, 20)));
        Assert.Equal(30, log.TakeTo(samples.AsSpan(20)));
        Assert.Equal(0, log.TakeTo(samples));
        Assert.Equal(Enumerable.Range(1, 50).Select(i => (ulong)i), samples.Take(50));
    }

    [Fact]
    public void TakeTo_MoreAppendsThanFit_HandsOutTheLatest()
    {
        var log = new SampleLog(4);
        for (ulong i = 1; i <= 1000; i++)
            log.Append(new SampledKey(i));
        var samples = new ulong[1000];

        int count = log.TakeTo(samples);

        Assert.Equal(64, count);
        Assert.Equal(1000ul, samples[count - 1]);
        Assert.Equal(937ul, samples[0]);
    }

    [Theory]
    [InlineData(0b1000, 3)]
    [InlineData(0b1001, 0)]
    [InlineData(0, 31)]
    public void SampledKey_Hash_KeepsUpperHalfRankAndLength(int low, int rank)
    {
        var key = new SampledKey((0xABCDEF01ul << 32) | (uint)low, recordBytes: 1001);

        Assert.Equal((0xABCDEF01u, rank, 1008), (key.Key, key.Rank, key.RecordBytes));
    }
}
