using System.Buffers;
using System.Text;
using Strata.Tiers;
using Xunit;

namespace Strata.TestKit.Tiers;

/// <summary>Bulk operations, misuse and cost.</summary>
public abstract partial class TierConformance<TTier>
{
    [Fact]
    public async Task GetMany_OfPresentAndMissingKeys_DeliversInOrder()
    {
        await Tier.SetAsync("k1"u8.ToArray(), Sequence("one"), default, Token);
        await Tier.SetAsync("k3"u8.ToArray(), Sequence("three"), default, Token);
        ReadOnlyMemory<byte>[] keys = ["k3"u8.ToArray(), "k2"u8.ToArray(), "k1"u8.ToArray()];
        var results = new TierRead[3];
        var destination = new ArrayBufferWriter<byte>();
        await Tier.GetManyAsync(keys, results, destination, Token);
        Assert.Equal(TierReadStatus.Miss, results[1].Status);
        Assert.Equal(Keeps ? "threeone" : "", Encoding.UTF8.GetString(destination.WrittenSpan));
        Assert.Equal(Keeps ? [5, 0, 3] : [0, 0, 0], results.Select(result => result.ValueBytes));
    }

    [Fact]
    public async Task SetMany_OfSeveralEntries_KeepsAll()
    {
        TierEntry[] entries = [.. Enumerable.Range(0, 10).Select(i => new TierEntry(Bytes(6, seed: i), new(Bytes(20, seed: 100 + i)), default))];
        var results = new TierWriteStatus[10];
        Array.Fill(results, TierWriteStatus.Faulted);
        await Tier.SetManyAsync(entries, results, Token);
        Assert.All(results, status => Assert.Equal(TierWriteStatus.Done, status));
        foreach (TierEntry entry in entries)
        {
            var destination = new ArrayBufferWriter<byte>();
            AssertHit(entry.Value.ToArray(), await Tier.GetAsync(entry.Key, destination, Token), destination);
        }
    }

    [Fact]
    public async Task RemoveMany_OfPresentAndMissingKeys_TellsThemApart()
    {
        await Tier.SetAsync("k1"u8.ToArray(), Sequence("one"), default, Token);
        var results = new TierWriteStatus[2];
        Array.Fill(results, TierWriteStatus.Faulted);
        await Tier.RemoveManyAsync(new ReadOnlyMemory<byte>[] { "k1"u8.ToArray(), "k2"u8.ToArray() }, results, Token);
        Assert.Equal([Keeps ? TierWriteStatus.Done : TierWriteStatus.NotFound, TierWriteStatus.NotFound], results);
        Assert.Equal(TierReadStatus.Miss, (await Tier.GetAsync("k1"u8.ToArray(), new ArrayBufferWriter<byte>(), Token)).Status);
    }

    [Fact]
    public async Task GetMany_WithTooFewResults_Throws()
    {
        ReadOnlyMemory<byte>[] keys = ["a"u8.ToArray(), "b"u8.ToArray()];
        ArgumentException exception = await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Tier.GetManyAsync(keys, new TierRead[1], new ArrayBufferWriter<byte>(), Token));
        Assert.Contains("1", exception.Message, StringComparison.Ordinal);
        Assert.Contains("2", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4097)]
    public async Task AnyCall_WithKeyOutsideItsBounds_ThrowsNamingLengthAndLimit(int keyBytes)
    {
        byte[] key = new byte[keyBytes];
        ArgumentException[] exceptions =
        [
            await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Tier.GetAsync(key, new ArrayBufferWriter<byte>(), Token)),
            await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Tier.SetAsync(key, Sequence("v"), default, Token)),
            await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Tier.RemoveAsync(key, Token)),
        ];
        Assert.All(exceptions, exception => Assert.Contains("4096", exception.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task AnyCall_WithCancelledToken_ThrowsAndChangesNothing()
    {
        await Tier.SetAsync(s_key, Sequence("v"), default, Token);
        var cancelled = new CancellationToken(canceled: true);
        var destination = new ArrayBufferWriter<byte>();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Tier.GetAsync(s_key, destination, cancelled));
        Assert.Equal(0, destination.WrittenCount);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Tier.SetAsync(s_key, Sequence("w"), default, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Tier.RemoveAsync(s_key, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Tier.ClearAsync(cancelled));
        AssertHit("v"u8.ToArray(), await Tier.GetAsync(s_key, destination, Token), destination);
    }

    [Fact]
    public async Task Get_FromManyThreadsWhileWritten_DeliversWholeValuesOnly()
    {
        byte[][] values = [Bytes(64, seed: 10), Bytes(1_000, seed: 11), Bytes(5_000, seed: 12)];
        await Tier.SetAsync(s_key, new(values[0]), default, Token);
        Task writer = Task.Run(
            async () =>
            {
                for (int i = 0; i < 2_000; i++)
                    await Tier.SetAsync(s_key, new(values[i % values.Length]), default, Token);
            },
            Token);
        Task<bool>[] readers = [.. Enumerable.Range(0, 2).Select(_ => Task.Run(
            async () =>
            {
                var destination = new ArrayBufferWriter<byte>();
                bool isWhole = true;
                do
                {
                    destination.Clear();
                    TierRead read = await Tier.GetAsync(s_key, destination, Token);
                    isWhole &= read.Status == TierReadStatus.Miss || values.Any(value => value.AsSpan().SequenceEqual(destination.WrittenSpan));
                }
                while (!writer.IsCompleted && isWhole);
                return isWhole;
            },
            Token))];
        await writer;
        Assert.All(await Task.WhenAll(readers), Assert.True);
    }

    [Fact]
    public async Task Get_ThatHitsSynchronously_AllocatesNothing()
    {
        await Tier.SetAsync(s_key, new(Bytes(100, seed: 20)), default, Token);
        var destination = new ArrayBufferWriter<byte>(4_096);
        ValueTask<TierRead> first = Tier.GetAsync(s_key, destination);
        bool wasSynchronous = first.IsCompletedSuccessfully;
        await first;
        // Others may be so by chance; and reads that are under way at once must not write into one destination.
        if (!IsSynchronous)
            return;
        Assert.True(wasSynchronous);
        Assert.True(Allocation.OfCalls(
            () =>
            {
                destination.Clear();
                return Tier.GetAsync(s_key, destination).IsCompletedSuccessfully;
            },
            out long bytes));
        Assert.Equal(0, bytes);
    }
}
