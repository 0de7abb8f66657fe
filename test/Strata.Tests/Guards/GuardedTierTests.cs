using System.Buffers;
using Strata.Entries;
using Strata.Guards;
using Strata.Invalidation;
using Strata.TestKit;
using Strata.TestKit.Tiers;
using Strata.Tiers;
using Xunit;

namespace Strata.Tests.Guards;

public sealed class GuardedTierTests
{
    private static readonly byte[] s_key = "k"u8.ToArray();
    private static readonly GuardOptions s_options = new()
    {
        ReadDeadline = TimeSpan.FromSeconds(1),
        SoftReadDeadline = TimeSpan.FromMilliseconds(100),
        WriteDeadline = TimeSpan.FromSeconds(5),
        FailuresInARow = 1_000,
        MinWindowCalls = 1_000,
    };

    private readonly ManualTimeProvider _time = new();
    private readonly LateTier _late = new();
    private readonly FaultyTier _faulty;

    public GuardedTierTests() => _faulty = new FaultyTier(_time);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_AtItsDeadline_IsFaultedAndLateBytesReachNobody()
    {
        GuardedTier guard = Guard(_late);
        var destination = new ArrayBufferWriter<byte>(16);
        Task<TierRead> reading = guard.GetAsync(s_key, destination, Token).AsTask();
        _time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.False(reading.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(TierRead.Nothing(TierReadStatus.Faulted), await reading);
        Assert.Equal((1, 1), (guard.Statistics.TimedOut, guard.Statistics.Abandoned));

        // The caller's memory, and the guard's next buffers, are at work again when the tier writes.
        destination.Write("mine"u8);
        var other = new ArrayBufferWriter<byte>(16);
        GuardedTier another = Guard(_faulty);
        await _faulty.SetAsync(s_key, new("value"u8.ToArray()), default, Token);
        _late.End();
        await UntilAsync(() => guard.Statistics.Abandoned == 0);
        Assert.Equal(5, (await another.GetAsync(s_key, other, Token)).ValueBytes);
        Assert.Equal("mine"u8.ToArray(), destination.WrittenSpan.ToArray());
        Assert.Equal("value"u8.ToArray(), other.WrittenSpan.ToArray());
    }

    [Fact]
    public async Task Get_WithAStaleValueAtHand_EndsAtTheSoftDeadline()
    {
        Task<TierRead> reading = Guard(_late).GetSoonAsync(s_key, new ArrayBufferWriter<byte>(), Token).AsTask();
        _time.Advance(TimeSpan.FromMilliseconds(99));
        Assert.False(reading.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(TierReadStatus.Faulted, (await reading).Status);
    }

    [Fact]
    public async Task Set_AtItsDeadline_LeavesTheTierItsOwnCopies()
    {
        GuardedTier guard = Guard(_late);
        byte[] key = [7, 7];
        byte[] value = [1, 2, 3];
        Task<TierWriteStatus> writing = guard.SetAsync(key, new(value), default, Token).AsTask();
        TierEntry[] entries = [new(key, new(value), default), new(s_key, new(value), default)];
        var statuses = new TierWriteStatus[2];
        Task many = guard.SetManyAsync(entries, statuses, Token).AsTask();
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(TierWriteStatus.Faulted, await writing);
        await many;
        Assert.Equal([TierWriteStatus.Faulted, TierWriteStatus.Faulted], statuses);
        Assert.True(guard.AbandonedWrites.Contains([7, 7]));
        Array.Clear(key);
        Array.Clear(value);
        await Guard(_faulty).SetAsync("elsewhere"u8.ToArray(), new("bytes that use the pool again"u8.ToArray()), default, Token);
        _late.End();
        await UntilAsync(() => guard.Statistics.Abandoned == 0);
        Assert.All(_late.Written, static written => Assert.Equal([1, 2, 3], written.Value));
        Assert.Equal(3, _late.Written.Count);
        Assert.Equal(2, _late.Written.Count(static written => written.Key.AsSpan().SequenceEqual(new byte[] { 7, 7 })));
        Assert.False(guard.AbandonedWrites.Contains([7, 7]));
    }

    [Fact]
    public async Task EveryCall_AtItsDeadline_Ends()
    {
        GuardedTier guard = Guard(_late);
        var reads = new TierRead[1];
        var statuses = new TierWriteStatus[1];
        ReadOnlyMemory<byte>[] keys = [s_key];
        Task readMany = guard.GetManyAsync(keys, reads, new ArrayBufferWriter<byte>(), Token).AsTask();
        Task removeMany = guard.RemoveManyAsync(keys, statuses, Token).AsTask();
        Task<TierWriteStatus>[] writes =
        [
            guard.RemoveAsync(s_key, Token).AsTask(),
            guard.ClearAsync(Token).AsTask(),
            guard.InvalidateAsync(InvalidationRule.OfAnyTag("t"), Token).AsTask(),
        ];
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(TierWriteStatus.Faulted, await writes[0]);
        Assert.False(writes[1].IsCompleted || writes[2].IsCompleted);
        _time.Advance(s_options.InvalidationDeadline - TimeSpan.FromSeconds(5));
        Assert.All(await Task.WhenAll(writes), static status => Assert.Equal(TierWriteStatus.Faulted, status));
        await Task.WhenAll(readMany, removeMany);
        Assert.Equal(TierReadStatus.Faulted, reads[0].Status);
        Assert.Equal(TierWriteStatus.Faulted, statuses[0]);
        Assert.Equal((5, 5), (guard.Statistics.TimedOut, guard.Statistics.Abandoned));
        Assert.All(_late.Tokens, static token => Assert.True(token.IsCancellationRequested));
    }

    [Fact]
    public async Task AnyCall_WhileTooManyAreAbandoned_IsThrottledAtOnce()
    {
        GuardedTier guard = Guard(_late, s_options with { MaxAbandonedCalls = 2 });
        Task<TierRead>[] reads = [.. Enumerable.Range(0, 2).Select(_ => guard.GetAsync(s_key, new ArrayBufferWriter<byte>(), Token).AsTask())];
        _time.Advance(TimeSpan.FromSeconds(1));
        await Task.WhenAll(reads);
        Assert.Equal(TierReadStatus.Throttled, (await guard.GetAsync(s_key, new ArrayBufferWriter<byte>(), Token)).Status);
        Assert.Equal(TierWriteStatus.Throttled, await guard.SetAsync(s_key, default, default, Token));
        Assert.Equal((2, 2L), (_late.Calls, guard.Statistics.Rejected));
        _late.End();
        await UntilAsync(() => guard.Statistics.Abandoned == 0);
        Assert.Equal(TierReadStatus.Hit, (await guard.GetAsync(s_key, new ArrayBufferWriter<byte>(), Token)).Status);
    }

    [Fact]
    public async Task AnyCall_OfATierThatFails_OpensTheBreakerAndOneProbeClosesIt()
    {
        GuardedTier guard = Guard(_faulty, s_options with { FailuresInARow = 3 });
        List<BreakerState> states = [];
        guard.Changed += change => states.Add(change.State);
        _faulty.Throws = new IOException();
        Assert.Equal(TierReadStatus.Faulted, (await guard.GetAsync(s_key, new ArrayBufferWriter<byte>(), Token)).Status);
        Assert.Equal(TierWriteStatus.Faulted, await guard.RemoveAsync(s_key, Token));
        var reads = new TierRead[1];
        await guard.GetManyAsync(new ReadOnlyMemory<byte>[] { s_key }, reads, new ArrayBufferWriter<byte>(), Token);
        Assert.Equal(TierReadStatus.Faulted, reads[0].Status);
        Assert.Equal(BreakerState.Open, guard.Statistics.State);
        int asked = _faulty.Reads;
        Assert.Equal(TierReadStatus.Throttled, (await guard.GetAsync(s_key, new ArrayBufferWriter<byte>(), Token)).Status);
        await guard.GetManyAsync(new ReadOnlyMemory<byte>[] { s_key }, reads, new ArrayBufferWriter<byte>(), Token);
        Assert.Equal(TierReadStatus.Throttled, reads[0].Status);
        Assert.Equal(asked, _faulty.Reads);

        _faulty.Throws = null;
        _time.Advance(TimeSpan.FromSeconds(1));
        _faulty.Hold();
        Task<TierRead> probe = guard.GetAsync(s_key, new ArrayBufferWriter<byte>(), Token).AsTask();
        Assert.Equal(TierReadStatus.Throttled, (await guard.GetAsync(s_key, new ArrayBufferWriter<byte>(), Token)).Status);
        _faulty.Release();
        Assert.Equal(TierReadStatus.Miss, (await probe).Status);
        Assert.Equal([BreakerState.Open, BreakerState.HalfOpen, BreakerState.Closed], states);
    }

    [Fact]
    public async Task Get_ThatItsCallerCancels_ThrowsAtOnceAndSaysNothingOfTheTier()
    {
        GuardedTier guard = Guard(_late, s_options with { FailuresInARow = 1 });
        using var leave = new CancellationTokenSource();
        Task<TierRead> reading = guard.GetAsync(s_key, new ArrayBufferWriter<byte>(), leave.Token).AsTask();
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        Assert.Equal((BreakerState.Closed, 1), (guard.Statistics.State, guard.Statistics.Abandoned));
    }

    [Fact]
    public async Task Get_OfATierThatSaysAWrongLength_IsFaulted()
    {
        var destination = new ArrayBufferWriter<byte>();
        Assert.Equal(TierReadStatus.Faulted, (await Guard(new LyingTier()).GetAsync(s_key, destination, Token)).Status);
        Assert.Equal(0, destination.WrittenCount);
    }

    [Fact]
    public async Task Get_IntoADestinationThatThrows_LeavesTheBreakerWorking()
    {
        GuardedTier guard = Guard(_faulty, s_options with { FailuresInARow = 1 });
        await guard.SetAsync(s_key, new([1]), default, Token);
        _faulty.ReadFault = TierReadStatus.Faulted;
        await guard.GetAsync(s_key, new ArrayBufferWriter<byte>(), Token);
        _faulty.ReadFault = null;
        _time.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await guard.GetAsync(s_key, new FullWriter(), Token));
        Assert.Equal(BreakerState.Closed, guard.Statistics.State);
    }

    [Theory]
    [InlineData(nameof(GuardOptions.ReadDeadline))]
    [InlineData(nameof(GuardOptions.SoftReadDeadline))]
    [InlineData(nameof(GuardOptions.WriteDeadline))]
    [InlineData(nameof(GuardOptions.InvalidationDeadline))]
    [InlineData(nameof(GuardOptions.Window))]
    [InlineData(nameof(GuardOptions.OpenTime))]
    [InlineData(nameof(GuardOptions.MaxOpenTime))]
    [InlineData(nameof(GuardOptions.MaxAbandonedCalls))]
    [InlineData(nameof(GuardOptions.FailuresInARow))]
    [InlineData(nameof(GuardOptions.MinWindowCalls))]
    [InlineData(nameof(GuardOptions.FailureShare))]
    public void Options_OutsideTheirBounds_AreNamed(string name)
    {
        Func<GuardOptions> make = name switch
        {
            nameof(GuardOptions.ReadDeadline) => static () => new() { ReadDeadline = TimeSpan.Zero },
            nameof(GuardOptions.SoftReadDeadline) => static () => new() { SoftReadDeadline = TimeSpan.FromDays(2) },
            nameof(GuardOptions.InvalidationDeadline) => static () => new() { InvalidationDeadline = TimeSpan.FromDays(2) },
            nameof(GuardOptions.WriteDeadline) => static () => new() { WriteDeadline = Timeout.InfiniteTimeSpan },
            nameof(GuardOptions.Window) => static () => new() { Window = TimeSpan.Zero },
            nameof(GuardOptions.OpenTime) => static () => new() { OpenTime = TimeSpan.Zero },
            nameof(GuardOptions.MaxOpenTime) => static () => new() { MaxOpenTime = TimeSpan.MaxValue },
            nameof(GuardOptions.MaxAbandonedCalls) => static () => new() { MaxAbandonedCalls = 0 },
            nameof(GuardOptions.FailuresInARow) => static () => new() { FailuresInARow = 0 },
            nameof(GuardOptions.MinWindowCalls) => static () => new() { MinWindowCalls = -1 },
            _ => static () => new() { FailureShare = double.NaN },
        };
        ArgumentOutOfRangeException exception = Assert.Throws<ArgumentOutOfRangeException>(make);
        Assert.Equal(name, exception.ParamName);
        Assert.Contains("must be", exception.Message, StringComparison.Ordinal);
    }

    private GuardedTier Guard(ICacheTier tier, GuardOptions? options = null) => new(tier, (options ?? s_options) with { TimeProvider = _time });

    private static async Task UntilAsync(Func<bool> isSo)
    {
        while (!isSo())
            await Task.Delay(1, Token);
    }

    private sealed class FullWriter : IBufferWriter<byte>
    {
        public void Advance(int count) => throw new InvalidOperationException();

        public Memory<byte> GetMemory(int sizeHint = 0) => throw new InvalidOperationException();

        public Span<byte> GetSpan(int sizeHint = 0) => throw new InvalidOperationException();
    }

    private sealed class LyingTier : ICacheTier
    {
        public string Name => "lying";

        public TierTraits Traits => TierTraits.Shared;

        public ValueTask<TierRead> GetAsync(ReadOnlyMemory<byte> key, IBufferWriter<byte> destination, CancellationToken cancellationToken = default)
        {
            destination.Write<byte>([1, 2]);
            return new(TierRead.Hit(200, Timeout.InfiniteTimeSpan));
        }

        public ValueTask<TierWriteStatus> SetAsync(ReadOnlyMemory<byte> key, ReadOnlySequence<byte> value, EntryOptions options = default, CancellationToken cancellationToken = default) => new(TierWriteStatus.Done);

        public ValueTask<TierWriteStatus> RemoveAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken = default) => new(TierWriteStatus.Done);

        public ValueTask<TierWriteStatus> ClearAsync(CancellationToken cancellationToken = default) => new(TierWriteStatus.Done);
    }
}
