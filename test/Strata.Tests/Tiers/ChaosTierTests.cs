using System.Buffers;
using Strata.Invalidation;
using Strata.TestKit;
using Strata.TestKit.Tiers;
using Strata.Tiers;
using Strata.Tiers.Chaos;
using Xunit;

namespace Strata.Tests.Tiers;

public sealed class ChaosTierTests
{
    private static readonly byte[] s_key = "k"u8.ToArray();
    private static readonly byte[] s_value = new byte[64];

    private readonly ManualTimeProvider _time = new();
    private readonly FaultyTier _inner;

    public ChaosTierTests() => _inner = new FaultyTier(_time);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AnyCall_WithOneSeed_HasTheSameFate()
    {
        List<string> first = await FatesAsync(new ChaosOptions { Seed = 5, FaultShare = 0.3, ThrowShare = 0.2, CorruptShare = 0.2, LostWriteShare = 0.2, LostAnswerShare = 0.2 });
        List<string> second = await FatesAsync(new ChaosOptions { Seed = 5, FaultShare = 0.3, ThrowShare = 0.2, CorruptShare = 0.2, LostWriteShare = 0.2, LostAnswerShare = 0.2 });
        List<string> other = await FatesAsync(new ChaosOptions { Seed = 6, FaultShare = 0.3, ThrowShare = 0.2, CorruptShare = 0.2, LostWriteShare = 0.2, LostAnswerShare = 0.2 });
        Assert.Equal(first, second);
        Assert.NotEqual(first, other);
    }

    [Fact]
    public async Task AnyCall_WithAShare_MeetsItAboutSoOften()
    {
        ChaosTier tier = Create(new() { FaultShare = 0.25 });
        for (int i = 0; i < 4_000; i++)
            await tier.GetAsync(s_key, new ArrayBufferWriter<byte>(), Token);
        Assert.Equal(4_000, tier.Statistics.Calls);
        Assert.InRange(tier.Statistics.Faults, 850, 1_150);
    }

    [Fact]
    public async Task Get_OfACorruptedValue_DiffersInOneBit()
    {
        ChaosTier tier = Create(new() { CorruptShare = 1 });
        await tier.SetAsync(s_key, new(s_value), default, Token);
        var destination = new ArrayBufferWriter<byte>();
        Assert.Equal(64, (await tier.GetAsync(s_key, destination, Token)).ValueBytes);
        Assert.Equal(1, destination.WrittenSpan.ToArray().Sum(static one => System.Numerics.BitOperations.PopCount(one)));
        Assert.Equal(s_value, _inner.Peek(s_key));
        Assert.Equal(1, tier.Statistics.Corruptions);
    }

    [Fact]
    public async Task Writes_ThatAreLost_SayOtherwise()
    {
        ChaosTier lost = Create(new() { LostWriteShare = 1 });
        Assert.Equal(TierWriteStatus.Done, await lost.SetAsync(s_key, new(s_value), default, Token));
        Assert.Equal(0, _inner.Count);
        ChaosTier answers = Create(new() { LostAnswerShare = 1 });
        Assert.Equal(TierWriteStatus.Faulted, await answers.SetAsync(s_key, new(s_value), default, Token));
        Assert.Equal(1, _inner.Count);
        Assert.Equal((1, 1), (lost.Statistics.LostWrites, answers.Statistics.LostAnswers));
    }

    [Fact]
    public async Task EveryCall_OfAPartitionedTier_IsFaultedAndDoesNothing()
    {
        ChaosTier tier = Create(new());
        await tier.SetAsync(s_key, new(s_value), default, Token);
        tier.IsPartitioned = true;
        Assert.Equal(TierReadStatus.Faulted, (await tier.GetAsync(s_key, new ArrayBufferWriter<byte>(), Token)).Status);
        Assert.Equal(TierWriteStatus.Faulted, await tier.RemoveAsync(s_key, Token));
        Assert.Equal(TierWriteStatus.Faulted, await tier.ClearAsync(Token));
        Assert.Equal(TierWriteStatus.Faulted, await tier.InvalidateAsync(InvalidationRule.OfAnyTag("t"), Token));
        tier.IsPartitioned = false;
        Assert.Equal(TierReadStatus.Hit, (await tier.GetAsync(s_key, new ArrayBufferWriter<byte>(), Token)).Status);
    }

    [Fact]
    public async Task Set_OfAFrozenTier_HappensWhenItGoesOn()
    {
        ChaosTier tier = Create(new());
        tier.IsFrozen = true;
        using var leave = new CancellationTokenSource();
        Task<TierWriteStatus> writing = tier.SetAsync(s_key, new(s_value), default, leave.Token).AsTask();
        await leave.CancelAsync();
        Assert.Equal((false, 0), (writing.IsCompleted, _inner.Count));
        tier.IsFrozen = false;
        Assert.Equal(TierWriteStatus.Done, await writing);
        Assert.Equal(1, _inner.Count);
    }

    [Fact]
    public async Task AnyCall_WithLatency_TakesUpToTheMost()
    {
        ChaosTier tier = Create(new() { LatencyShare = 1, MaxLatency = TimeSpan.FromSeconds(1) });
        Task<TierRead> reading = tier.GetAsync(s_key, new ArrayBufferWriter<byte>(), Token).AsTask();
        Assert.False(reading.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TierReadStatus.Miss, (await reading).Status);
    }

    [Fact]
    public void Options_OutsideTheirBounds_AreNamed()
    {
        (string Name, Func<object> Make)[] all =
        [
            (nameof(ChaosOptions.FaultShare), static () => new ChaosOptions { FaultShare = -0.1 }),
            (nameof(ChaosOptions.ThrowShare), static () => new ChaosOptions { ThrowShare = 1.1 }),
            (nameof(ChaosOptions.CorruptShare), static () => new ChaosOptions { CorruptShare = double.NaN }),
            (nameof(ChaosOptions.LostAnswerShare), static () => new ChaosOptions { LostAnswerShare = 2 }),
            (nameof(ChaosOptions.LostWriteShare), static () => new ChaosOptions { LostWriteShare = -1 }),
            (nameof(ChaosOptions.LatencyShare), static () => new ChaosOptions { LatencyShare = 7 }),
            (nameof(ChaosOptions.MaxLatency), static () => new ChaosOptions { MaxLatency = TimeSpan.FromDays(1) }),
        ];
        foreach ((string name, Func<object> make) in all)
        {
            ArgumentOutOfRangeException exception = Assert.Throws<ArgumentOutOfRangeException>(make);
            Assert.Equal(name, exception.ParamName);
            Assert.Contains("must be", exception.Message, StringComparison.Ordinal);
        }
    }

    private ChaosTier Create(ChaosOptions options) => new(_inner, options with { TimeProvider = _time });

    private async Task<List<string>> FatesAsync(ChaosOptions options)
    {
        ChaosTier tier = new(new FaultyTier(_time), options);
        List<string> fates = [];
        for (int i = 0; i < 100; i++)
        {
            var destination = new ArrayBufferWriter<byte>();
            try
            {
                fates.Add((await tier.SetAsync(s_key, new(s_value), default, Token)).ToString());
                fates.Add($"{await tier.GetAsync(s_key, destination, Token)} {Convert.ToHexString(destination.WrittenSpan)}");
            }
            catch (IOException)
            {
                fates.Add("throws");
            }
        }

        return fates;
    }
}
