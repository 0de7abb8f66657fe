using StackExchange.Redis;
using Strata.Backplane;
using Strata.Entries;
using Strata.Redis;
using Strata.Redis.Backplane;

namespace Strata.Lab.Nodes;

/// <summary>A cache with a Redis tier and a Redis backplane over one connection, in whichever process.</summary>
internal sealed class LabNode : IDisposable
{
    private static readonly EntryPolicy s_memory = new() { Access = TierAccess.SkipTierRead | TierAccess.SkipTierWrite };

    private readonly ConnectionMultiplexer _multiplexer;

    /// <param name="server">Host and port.</param>
    /// <param name="isDurable">Whether messages are kept in a stream.</param>
    /// <param name="watch">Puts somebody who watches before the transport; <c>null</c> for nobody.</param>
    public LabNode(string server, bool isDurable, Func<IBackplaneTransport, IBackplaneTransport>? watch = null)
    {
        _multiplexer = ConnectionMultiplexer.Connect(server + ",abortConnect=false,connectRetry=1,connectTimeout=1000");
        RedisTier tier = RedisTier.ConnectAsync(new() { Multiplexer = _multiplexer, OperationTimeout = TimeSpan.FromSeconds(1) }).GetAwaiter().GetResult();
        IBackplaneTransport transport = RedisBackplane.ConnectAsync(new() { Multiplexer = _multiplexer, IsDurable = isDurable }).GetAwaiter().GetResult();
        Cache = new TieredCache(new() { CapacityBytes = 64 << 20, Tiers = { tier }, Backplane = new() { Transport = watch?.Invoke(transport) ?? transport } });
        if (!SpinWait.SpinUntil(() => Statistics.IsConnected, TimeSpan.FromSeconds(30)))
            throw new InvalidOperationException("The backplane did not connect.");
    }

    public TieredCache Cache { get; }

    public BackplaneStatistics Statistics => Cache.GetBackplaneStatistics()!.Value;

    /// <summary>Puts keys into memory alone.</summary>
    public void Keep(int count)
    {
        for (int i = 0; i < count; i++)
            Cache.GetOrAdd($"kept:{i}", 1, static (value, _) => value, s_memory);
    }

    /// <summary>How many of the keys memory serves.</summary>
    public int CountKept(int count) => Enumerable.Range(0, count).Count(Keeps);

    /// <summary>Whether memory serves one of them.</summary>
    public bool Keeps(int index) => Cache.GetOrAdd($"kept:{index}", static context => { context.DoNotStore(); return 0; }, s_memory) == 1;

    public void Dispose()
    {
        Cache.Dispose();
        _multiplexer.Dispose();
    }
}
