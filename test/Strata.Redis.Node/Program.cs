using System.Globalization;
using StackExchange.Redis;
using Strata;
using Strata.Entries;
using Strata.Redis;
using Strata.Redis.Backplane;

if (args is not [string server, string prefix, string name, string leaseMs, string loadMs])
{
    Console.WriteLine("SERVER PREFIX NAME LEASE_MS LOAD_MS");
    return 2;
}

using ConnectionMultiplexer multiplexer = await ConnectionMultiplexer.ConnectAsync(server);
await using RedisTier tier = await RedisTier.ConnectAsync(new RedisTierOptions { Multiplexer = multiplexer, KeyPrefix = prefix });
using var cache = new TieredCache(new TieredCacheOptions { CapacityBytes = 4 << 20, Tiers = { tier }, FlightLeases = new RedisFlightLeases(multiplexer, prefix + "-lease") });
var policy = new EntryPolicy { Ttl = TimeSpan.FromMinutes(1), ClusterLease = TimeSpan.FromMilliseconds(int.Parse(leaseMs, CultureInfo.InvariantCulture)) };
TimeSpan load = TimeSpan.FromMilliseconds(int.Parse(loadMs, CultureInfo.InvariantCulture));
var calls = new List<Task>();
while (await Console.In.ReadLineAsync() is { } key)
    calls.Add(Task.Run(() => GetAsync(key)));
await Task.WhenAll(calls);
return 0;

async Task GetAsync(string key)
{
    string value = await cache.GetOrAddAsync(key, async context =>
    {
        Console.WriteLine($"loading {key}");
        await Task.Delay(load, context.CancellationToken);
        return name;
    }, policy);
    Console.WriteLine($"value {key} {value}");
}
