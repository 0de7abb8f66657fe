using System.Buffers;
using System.Text;
using Strata.Entries;
using Strata.Tiers;
using Xunit;

namespace Strata.TestKit.Tiers;

/// <summary>
/// What every tier must do. Derive a test class, say how a tier is made, and all of it runs. A tier that keeps nothing, or that never completes synchronously,
/// says so.
/// </summary>
/// <typeparam name="TTier">The tier.</typeparam>
public abstract partial class TierConformance<TTier> : IAsyncLifetime
    where TTier : ICacheTier
{
    private static readonly byte[] s_key = "conformance:1"u8.ToArray();

    protected ManualTimeProvider Time { get; } = new();

    protected TTier Tier { get; private set; } = default!;

    /// <summary>Whether a value written can be read again. False for a tier that forgets everything.</summary>
    protected virtual bool Keeps => true;

    /// <summary>Whether calls complete before they return, so that a hit must allocate nothing.</summary>
    protected virtual bool IsSynchronous => true;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A life of which nine tenths pass in some tests. Longer for a tier whose clock cannot be made to stand still.</summary>
    protected virtual TimeSpan Life => TimeSpan.FromSeconds(10);

    /// <summary>Lets time pass for the tier. A tier on a clock of its own does it there.</summary>
    protected virtual ValueTask PassAsync(TimeSpan time)
    {
        Time.Advance(time);
        return ValueTask.CompletedTask;
    }

    /// <summary>Makes an empty tier on the given clock.</summary>
    protected abstract ValueTask<TTier> CreateAsync(ManualTimeProvider time);

    /// <summary>Ends the tier; a disposable one is disposed.</summary>
    protected virtual ValueTask DestroyAsync(TTier tier)
    {
        if (tier is IAsyncDisposable asynchronous)
            return asynchronous.DisposeAsync();
        (tier as IDisposable)?.Dispose();
        return ValueTask.CompletedTask;
    }

    public async ValueTask InitializeAsync() => Tier = await CreateAsync(Time);

    public async ValueTask DisposeAsync()
    {
        await DestroyAsync(Tier);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void Name_OfAnyTier_IsShortAndPrintable()
    {
        Assert.InRange(Tier.Name.Length, 1, 64);
        Assert.DoesNotContain(Tier.Name, char.IsControl);
    }

    [Fact]
    public async Task Get_OfMissingKey_MissesAndWritesNothing()
    {
        var destination = new ArrayBufferWriter<byte>();
        TierRead read = await Tier.GetAsync(s_key, destination, Token);
        Assert.Equal(TierReadStatus.Miss, read.Status);
        Assert.Equal(0, read.ValueBytes);
        Assert.Equal(0, destination.WrittenCount);
    }

    [Fact]
    public async Task ListRecent_AfterWrites_ListsThemNewestFirstOrCannotTell()
    {
        if (Tier.ListRecent() is not { } recent)
            return;
        foreach (string key in (string[])["first", "second", "third"])
            await Tier.SetAsync(Encoding.UTF8.GetBytes(key), new(new byte[100]), default, Token);
        await Tier.RemoveAsync("second"u8.ToArray(), Token);
        var keys = new List<string>();
        await foreach (RecentEntry entry in recent.WithCancellation(Token))
        {
            Assert.True(entry.ValueBytes >= 100);
            keys.Add(Encoding.UTF8.GetString(entry.Key.Span));
        }

        Assert.Equal(["third", "first"], keys);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(5_000)]
    [InlineData(100_000)]
    public async Task Get_AfterSet_DeliversTheValueOnce(int valueBytes)
    {
        byte[] value = Bytes(valueBytes, seed: 1);
        Assert.Equal(TierWriteStatus.Done, await Tier.SetAsync(s_key, new(value), default, Token));
        var destination = new ArrayBufferWriter<byte>();
        TierRead read = await Tier.GetAsync(s_key, destination, Token);
        AssertHit(value, read, destination);
        if (Keeps)
            Assert.Equal(Timeout.InfiniteTimeSpan, read.TimeToLive);
    }

    [Fact]
    public async Task Get_AppendsToWhatTheDestinationHolds()
    {
        await Tier.SetAsync(s_key, Sequence("tail"), default, Token);
        var destination = new ArrayBufferWriter<byte>();
        destination.Write("head-"u8);
        await Tier.GetAsync(s_key, destination, Token);
        Assert.Equal(Keeps ? "head-tail" : "head-", Encoding.UTF8.GetString(destination.WrittenSpan));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4096)]
    public async Task Set_WithKeyOfBoundaryLength_IsKept(int keyBytes)
    {
        byte[] key = Bytes(keyBytes, seed: 2);
        await Tier.SetAsync(key, Sequence("x"), default, Token);
        var destination = new ArrayBufferWriter<byte>();
        AssertHit("x"u8.ToArray(), await Tier.GetAsync(key, destination, Token), destination);
    }

    [Fact]
    public async Task Set_OfValueInPieces_IsKeptWhole()
    {
        byte[] whole = Bytes(3_000, seed: 3);
        ReadOnlySequence<byte> pieces = Pieces.Of(whole, 1, 999, 1_000);
        await Tier.SetAsync(s_key, pieces, default, Token);
        var destination = new ArrayBufferWriter<byte>();
        AssertHit(whole, await Tier.GetAsync(s_key, destination, Token), destination);
    }

    [Fact]
    public async Task Set_OverAValue_ReplacesIt()
    {
        await Tier.SetAsync(s_key, new(Bytes(1_000, seed: 4)), TimeSpan.FromMinutes(1), Token);
        await Tier.SetAsync(s_key, Sequence("short"), default, Token);
        await PassAsync(TimeSpan.FromHours(1));
        var destination = new ArrayBufferWriter<byte>();
        AssertHit("short"u8.ToArray(), await Tier.GetAsync(s_key, destination, Token), destination);
    }

    [Fact]
    public async Task Set_ThenBufferReused_KeepsItsOwnCopy()
    {
        byte[] key = [.. s_key];
        byte[] value = [1, 2, 3];
        await Tier.SetAsync(key, new(value), default, Token);
        Array.Clear(key);
        Array.Clear(value);
        var destination = new ArrayBufferWriter<byte>();
        AssertHit([1, 2, 3], await Tier.GetAsync(s_key, destination, Token), destination);
    }

    [Fact]
    public async Task Get_BeforeAndAfterTheTimeToLive_HitsThenMisses()
    {
        await Tier.SetAsync(s_key, Sequence("v"), Life, Token);
        await PassAsync(Life * 0.9);
        var destination = new ArrayBufferWriter<byte>();
        TierRead read = await Tier.GetAsync(s_key, destination, Token);
        AssertHit("v"u8.ToArray(), read, destination);
        if (Keeps)
            Assert.InRange(read.TimeToLive, TimeSpan.FromTicks(1), Life * 0.1);
        await PassAsync(Life * 0.1);
        destination.Clear();
        Assert.Equal(TierReadStatus.Miss, (await Tier.GetAsync(s_key, destination, Token)).Status);
        Assert.Equal(0, destination.WrittenCount);
    }

    [Fact]
    public async Task Remove_OfAnEntry_LeavesAMiss()
    {
        await Tier.SetAsync(s_key, Sequence("v"), default, Token);
        Assert.Equal(Keeps ? TierWriteStatus.Done : TierWriteStatus.NotFound, await Tier.RemoveAsync(s_key, Token));
        Assert.Equal(TierWriteStatus.NotFound, await Tier.RemoveAsync(s_key, Token));
        Assert.Equal(TierReadStatus.Miss, (await Tier.GetAsync(s_key, new ArrayBufferWriter<byte>(), Token)).Status);
    }

    [Fact]
    public async Task Remove_OfAnEntry_LeavesItsNeighbours()
    {
        await Tier.SetAsync("a"u8.ToArray(), Sequence("1"), default, Token);
        await Tier.SetAsync("ab"u8.ToArray(), Sequence("2"), default, Token);
        await Tier.RemoveAsync("a"u8.ToArray(), Token);
        var destination = new ArrayBufferWriter<byte>();
        AssertHit("2"u8.ToArray(), await Tier.GetAsync("ab"u8.ToArray(), destination, Token), destination);
    }

    [Fact]
    public async Task Clear_WithManyEntries_LeavesNone()
    {
        for (int i = 0; i < 100; i++)
            await Tier.SetAsync(Bytes(8, seed: i), Sequence("v"), default, Token);
        Assert.Equal(TierWriteStatus.Done, await Tier.ClearAsync(Token));
        for (int i = 0; i < 100; i++)
            Assert.Equal(TierReadStatus.Miss, (await Tier.GetAsync(Bytes(8, seed: i), new ArrayBufferWriter<byte>(), Token)).Status);
    }

    protected static byte[] Bytes(int length, int seed)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    protected static ReadOnlySequence<byte> Sequence(string text) => new(Encoding.UTF8.GetBytes(text));

    private void AssertHit(byte[] expected, TierRead read, ArrayBufferWriter<byte> destination)
    {
        if (!Keeps)
        {
            Assert.Equal(TierReadStatus.Miss, read.Status);
            return;
        }

        Assert.Equal(TierReadStatus.Hit, read.Status);
        Assert.Equal(expected.Length, read.ValueBytes);
        Assert.Equal(expected, destination.WrittenSpan.ToArray());
    }
}
