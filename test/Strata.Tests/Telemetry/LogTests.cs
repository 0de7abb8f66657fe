using Microsoft.Extensions.Logging;
using Strata.Backplane;
using Strata.Entries;
using Strata.Guards;
using Strata.Stacking;
using Strata.Telemetry;
using Strata.TestKit.Tiers;
using Strata.Tiers;
using Xunit;

namespace Strata.Tests.Telemetry;

public sealed class LogTests : TelemetryFixture
{
    private const string Secret = "SECRET";

    private static readonly EntryPolicy s_stale = new() { Ttl = TimeSpan.FromSeconds(1), StaleGrace = TimeSpan.FromHours(1), RetryDelay = TimeSpan.FromMilliseconds(1) };

    [Fact]
    public async Task Messages_OfAllThatGoesWrong_HaveTheirIdsAndNothingOfKeysAndValues()
    {
        TieredCache cache = Create(hasTier: true);
        await Provoke(cache);

        Assert.Equal(
            ["1 LoadFailed", "2 LoadTimedOut", "3 LoadCancelled", "4 RefreshFailed", "5 StaleServed", "6 TierFault", "7 PayloadUnreadable", "8 ValueTooLong", "10 ListenerFailed"],
            Log.Messages.OrderBy(static message => message.Id.Id).Select(static message => $"{message.Id.Id} {message.Id.Name}").Distinct());
        Assert.All(Log.Messages, message =>
        {
            Assert.Contains(Name, message.Text, StringComparison.Ordinal);
            Assert.DoesNotContain(Secret, message.Text + message.Parts, StringComparison.OrdinalIgnoreCase);
        });
    }

    [Fact]
    public async Task Messages_WithLogsKeys_ShowTheKeyAndNoValue()
    {
        TieredCache cache = Create(static options => options.LogsKeys = true, hasTier: true);
        await Provoke(cache);
        Assert.Contains(Log.Messages, static message => message.Id.Name == "LoadFailed" && message.Text.Contains("\"SECRET\\x0Afailed\", 13 bytes", StringComparison.Ordinal));
        Assert.DoesNotContain(Log.Messages, static message => message.Text.Contains("SECRETVALUE", StringComparison.Ordinal) || message.Text.Contains('\n', StringComparison.Ordinal));
    }

    [Fact(Timeout = 30_000)]
    public async Task Messages_OfAnOutage_HaveTheirIdsAndNothingOfKeysAndValues()
    {
        var guard = new GuardOptions { FailuresInARow = 2, OpenTime = TimeSpan.FromSeconds(3), MaxOpenTime = TimeSpan.FromSeconds(3) };
        TieredCache cache = Create(options => options.AddTier(Behind, new TierOptions { MaxPendingKeys = 2, Guard = guard }));
        Behind.Throws = new IOException();
        for (int i = 0; i < 4; i++)
            await cache.SetAsync(Secret + i, "SECRETVALUE", default, Token);
        Behind.Throws = null;
        while (!Log.Names.Contains("TierCaughtUp"))
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1, Token);
        }

        Assert.Equal(
            ["6 TierFault", "12 BreakerOpened", "13 BreakerProbing", "14 BreakerClosed", "15 TierOverflowed", "16 TierCaughtUp"],
            Log.Messages.OrderBy(static message => message.Id.Id).Select(static message => $"{message.Id.Id} {message.Id.Name}").Distinct());
        Assert.Contains(Log.Messages, static message => message.Id.Name == "BreakerOpened" && message.Parts.Contains("Tier=behind OpenMs=3000", StringComparison.Ordinal));
        Assert.All(Log.Messages, static message => Assert.DoesNotContain(Secret, message.Text + message.Parts, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void SweepFinished_SaysHowManyEntriesWent()
    {
        TieredCache cache = Create();
        for (int i = 0; i < 3; i++)
            cache.Set($"k{i}", i, new EntryOptions { Tags = ["t"] });
        cache.RemoveByTag("t");
        cache.Maintain();
        Assert.Contains("RemovedEntries=3", Assert.Single(Log.Messages, static message => message.Id.Id == 11).Parts, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task Messages_OfTheBackplane_HaveTheirIds()
    {
        var bus = new SimulatedBackplane(Time, seed: 1);
        SimulatedEndpoint node = bus.Join();
        Create(options => options.Backplane = new BackplaneOptions { Transport = node, Queue = static item => item.Execute() });
        await bus.Join().PublishAsync(new byte[100], Token);
        bus.DeliverDue();
        node.Disconnect();
        node.Reconnect();
        Assert.Equal(["21 MessageRejected", "20 Suspected"], Log.Messages.Select(static message => $"{message.Id.Id} {message.Id.Name}"));
    }

    [Fact]
    public void TierFaults_WithinASecond_AreOneMessageAndACount()
    {
        TieredCache cache = Create(static options => options.Guard = null, hasTier: true);
        Behind.ReadFault = TierReadStatus.Faulted;
        for (int i = 0; i < 5; i++)
            cache.TryGet("k", out int _);
        Time.Advance(TimeSpan.FromMilliseconds(999));
        cache.TryGet("k", out int _);
        Assert.Single(Log.Messages);
        Time.Advance(TimeSpan.FromMilliseconds(1));
        cache.TryGet("k", out int _);
        Assert.Equal(2, Log.Messages.Count);
        Assert.Contains("LeftOut=5", Log.Messages.Last().Parts, StringComparison.Ordinal);
        Assert.Contains("Tier=behind Operation=get Outcome=fault", Log.Messages.Last().Parts, StringComparison.Ordinal);
    }

    [Fact]
    public void TierFaults_OfTwoTiers_DoNotHideEachOther()
    {
        var other = new FaultyTier(Time, "other") { ReadFault = TierReadStatus.Faulted };
        TieredCache cache = Create(options => options.Tiers.Add(other), hasTier: true);
        Behind.ReadFault = TierReadStatus.Throttled;
        cache.TryGet("k", out int _);
        Assert.Equal(["TierFault", "TierFault"], Log.Names);
    }

    [Fact]
    public void LoadFailed_OfAFactory_CarriesItsException()
    {
        TieredCache cache = Create();
        var exception = new IOException();
        Assert.Throws<IOException>(() => cache.GetOrAdd<int>("k", _ => throw exception));
        CollectedLog.Message message = Assert.Single(Log.Messages);
        Assert.Same(exception, message.Exception);
        Assert.Equal(LogLevel.Warning, message.Level);
        Assert.Contains("Key=1 bytes", message.Parts, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Logger_ThatThrows_DisturbsNoCall()
    {
        Log.Throws = new InvalidOperationException();
        TieredCache cache = Create(hasTier: true);
        await Provoke(cache);
        Assert.Equal(1, cache.GetStatistics().LoadsTimedOut);
    }

    [Theory]
    [InlineData("plain:1", "\"plain:1\", 7 bytes")]
    [InlineData("a\"b\\c", "\"a\\x22b\\x5Cc\", 5 bytes")]
    [InlineData("ü\r\n", "\"\\xC3\\xBC\\x0D\\x0A\", 4 bytes")]
    public void KeyText_Shown_IsEscaped(string key, string text) => Assert.Equal(text, KeyText.Of(System.Text.Encoding.UTF8.GetBytes(key), isShown: true));

    [Fact]
    public void KeyText_OfALongKey_IsCut()
    {
        Assert.Equal($"\"{new string('x', 64)}\"…, 100 bytes", KeyText.Of(Enumerable.Repeat((byte)'x', 100).ToArray(), isShown: true));
        Assert.Equal("100 bytes", KeyText.Of(new byte[100], isShown: false));
    }

    /// <summary>Everything that is logged, on keys and values that are easily found again.</summary>
    private async Task Provoke(TieredCache cache)
    {
        Assert.ThrowsAny<Exception>(() => cache.GetOrAdd<int>(Secret + "\nfailed", static _ => throw new IOException()));

        var hard = new EntryPolicy { HardDeadline = TimeSpan.FromSeconds(2) };
        Task<int> late = cache.GetOrAddAsync(Secret + "late", static async load => await Never(load.CancellationToken), hard).AsTask();
        Time.Advance(TimeSpan.FromSeconds(2));
        await Assert.ThrowsAsync<TimeoutException>(() => late);

        using var leave = new CancellationTokenSource();
        Task<int> left = cache.GetOrAddAsync(Secret + "left", static async load => await Never(load.CancellationToken), default, leave.Token).AsTask();
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);

        cache.GetOrAdd(Secret + "stale", static _ => "SECRETVALUE", s_stale);
        Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("SECRETVALUE", cache.GetOrAdd(Secret + "stale", static _ => Fail(), s_stale));

        var eager = new EntryPolicy { Ttl = TimeSpan.FromSeconds(10), EagerRefresh = 0.5 };
        cache.GetOrAdd(Secret + "eager", static _ => "SECRETVALUE", eager);
        Time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal("SECRETVALUE", cache.GetOrAdd(Secret + "eager", static _ => Fail(), eager));

        Behind.Throws = new IOException();
        cache.Set(Secret + "fault", "SECRETVALUE");
        Behind.Throws = null;

        cache.Set(Secret + "text", "SECRETVALUE");
        Assert.False(cache.TryGet(Secret + "text", out int _));
        Assert.Equal(2 << 20, cache.GetOrAdd(Secret + "long", static _ => new string('x', 2 << 20)).Length);

        using TieredCache other = Create(static options => options.Events = new Throwing());
        other.GetOrAdd(Secret + "told", static _ => "SECRETVALUE");
        await UntilAsync(() => Log.Throws is not null || (Log.Names.Contains("RefreshFailed") && Log.Names.Contains("LoadCancelled")));
    }

    private static string Fail() => throw new IOException();

    private static async Task<int> Never(CancellationToken token)
    {
        await Task.Delay(Timeout.Infinite, token);
        return 0;
    }

    private sealed class Throwing : CacheEvents
    {
        public override void Loaded(ReadOnlySpan<byte> key, TimeSpan elapsed) => throw new InvalidOperationException();
    }
}
