using System.CommandLine;
using CommunityToolkit.HighPerformance.Buffers;
using StackExchange.Redis;
using Strata.Entries;
using Strata.Lab.Load;
using Strata.Lab.Measure;
using Strata.Redis.Entries;
using Strata.Redis;
using Strata.Redis.Scripts;
using Strata.TestKit.Servers;
using Strata.Tiers;

namespace Strata.Lab.Verbs;

/// <summary>How fast is the Redis tier beside the client itself?</summary>
internal sealed class RedisVerb() : Verb("redis", """
    How fast is the Redis tier beside the client itself, and what does it cost a hit in memory?

    The verb starts a redis-server of its own on a loopback port (it must be on PATH) and talks to it over one connection, in windows of 512 keys under way. Values have 100 bytes.

    operation get   GetManyAsync of the tier; raw: HMGET of the same fields of the same keys
    operation set   SetManyAsync of the tier; raw: the same script, 32 keys a call, with the same arguments
    operation load  loaded values, which cost what newest-wins needs: a script that compares, and a look at the fence; no raw twin. Subject 'loaded' writes a window by SetManyAsync, 'loaded-single' by as many calls of SetAsync at once

    The raw client is given keys and values as it wants them, made beforehand; the tier makes its own from what it is given. Subject 'plain' is the client with GET and SET of the bare values.

    ops_per_second   commands answered a second; median of the rounds
    ratio_to_raw     times as fast as the client with the same commands: median over interleaved rounds of the ratio inside a round
    ratio_to_plain   the same, to GET and SET
    ratio_to_set     the same, of loaded values to SET
    hit_cost_ratio   a hit in memory of a cache with the tier behind it: its time over that of a hit of a cache without
    bytes_per_op     managed bytes that such a hit allocates

    Default: 20,000 entries, 20 seconds.
    """)
{
    private const int RoundCount = 9;
    private const int WindowKeys = 512;
    private const int BatchKeys = 32;
    private const int HitsASlice = 1_000_000;
    private const int WarmPasses = 3;
    private const string Prefix = "lab";

    private KeySet _keys = null!;
    private ValueSet _values = null!;
    private ReadOnlyMemory<byte>[] _asked = [];
    private byte[][] _rawKeys = [];
    private byte[][] _rawValues = [];
    private IDatabase _database = null!;
    private RedisTier _tier = null!;
    private HybridClock _clock = new(TimeProvider.System);

    protected override int Run(Request request, ParseResult parsed, IReport report)
    {
        RunAsync(request, report).GetAwaiter().GetResult();
        return 0;
    }

    private async Task RunAsync(Request request, IReport report)
    {
        int entries = request.Entries ?? 20_000;
        _keys = new KeySet(entries, request.Seed);
        _values = new ValueSet(request.Seed);
        _asked = [.. Enumerable.Range(0, entries).Select(index => (ReadOnlyMemory<byte>)_keys.Utf8(index).ToArray())];
        _rawKeys = [.. _asked.Select(key => (byte[])[.. "lab/"u8, .. key.Span])];
        _rawValues = [.. Enumerable.Range(0, entries).Select(index => _values.Of(index).ToArray())];
        await using RedisServer server = await RedisServer.StartAsync();
        using ConnectionMultiplexer multiplexer = await ConnectionMultiplexer.ConnectAsync(server.Address);
        _database = multiplexer.GetDatabase();
        await using RedisTier tier = await RedisTier.ConnectAsync(new RedisTierOptions { Multiplexer = multiplexer, KeyPrefix = Prefix, TombstoneLife = TimeSpan.FromMinutes(10), OperationTimeout = TimeSpan.FromSeconds(30) });
        _tier = tier;

        double seconds = (request.Seconds ?? 20) / 3;
        Say($"{Name}: sets of {entries:N0} entries");
        Compare("set", [("tier", SetByTierAsync), ("raw", SetRawAsync), ("plain", SetPlainAsync)], seconds, report);
        Say($"{Name}: gets");
        Compare("get", [("tier", GetByTierAsync), ("raw", GetRawAsync), ("plain", GetPlainAsync)], seconds, report);
        Say($"{Name}: loads");
        Compare("load", [("loaded", LoadByTierAsync), ("loaded-single", LoadSinglyAsync), ("plain", SetPlainAsync)], seconds, report);
        Say($"{Name}: hits in memory");
        Hits(report);
    }

    private void Compare(string operation, (string Name, Func<int, int, Task> Window)[] subjects, double seconds, IReport report)
    {
        int entries = _asked.Length;
        for (int pass = 0; pass < WarmPasses; pass++)
        {
            foreach ((_, Func<int, int, Task> window) in subjects)
                PassAsync(window, 1).GetAwaiter().GetResult();
        }

        double perPass = subjects.Average(subject => Crew.Seconds(1, _ => PassAsync(subject.Window, 1).GetAwaiter().GetResult()));
        int passes = Math.Max(1, (int)(seconds / RoundCount / subjects.Length / perPass));
        Rounds rounds = Rounds.Run(subjects.Length, RoundCount, (subject, _) =>
            Crew.Seconds(1, _ => PassAsync(subjects[subject].Window, passes).GetAwaiter().GetResult()) / passes / entries * 1e9);
        int raw = Array.FindIndex(subjects, subject => subject.Name == "raw");
        int plain = Array.FindIndex(subjects, subject => subject.Name == "plain");
        for (int subject = 0; subject < subjects.Length; subject++)
        {
            Case where = new Case(subjects[subject].Name).With("entries", entries).With("operation", operation);
            report.Add(new(Name, where, "ops_per_second", 1e9 / rounds.Median(subject), "1/s"));
            if (subject == 0 && raw >= 0)
                report.Add(new(Name, where, "ratio_to_raw", rounds.TimesFaster(subject, raw), "x"));
            if (subject != plain)
                report.Add(new(Name, where, operation == "load" ? "ratio_to_set" : "ratio_to_plain", rounds.TimesFaster(subject, plain), "x"));
        }
    }

    private async Task PassAsync(Func<int, int, Task> window, int passes)
    {
        for (int pass = 0; pass < passes; pass++)
        {
            for (int from = 0; from < _asked.Length; from += WindowKeys)
                await window(from, Math.Min(WindowKeys, _asked.Length - from));
        }
    }

    private async Task GetByTierAsync(int from, int count)
    {
        var results = new TierRead[count];
        using var destination = new ArrayPoolBufferWriter<byte>(count * ValueSet.DefaultValueBytes);
        await _tier.GetManyAsync(_asked.AsMemory(from, count), results, destination);
        Require(destination.WrittenCount == count * ValueSet.DefaultValueBytes);
    }

    private async Task GetRawAsync(int from, int count)
    {
        RedisValue[] fields = ["m", "d"];
        var reads = new Task<RedisValue[]>[count];
        for (int i = 0; i < count; i++)
            reads[i] = _database.HashGetAsync(_rawKeys[from + i], fields, CommandFlags.DemandMaster);
        long bytes = 0;
        foreach (RedisValue[] read in await Task.WhenAll(reads))
            bytes += ((byte[])read[1]!).Length;
        Require(bytes == count * ValueSet.DefaultValueBytes);
    }

    private async Task GetPlainAsync(int from, int count)
    {
        var reads = new Task<RedisValue>[count];
        for (int i = 0; i < count; i++)
            reads[i] = _database.StringGetAsync(_asked[from + i].ToArray(), CommandFlags.DemandMaster);
        long bytes = 0;
        foreach (RedisValue read in await Task.WhenAll(reads))
            bytes += ((byte[])read!).Length;
        Require(bytes == count * ValueSet.DefaultValueBytes);
    }

    private Task SetByTierAsync(int from, int count) => SetByTierAsync(from, count, default);

    private Task LoadByTierAsync(int from, int count) => SetByTierAsync(from, count, new EntryOptions { Timestamp = _clock.Next() });

    private async Task LoadSinglyAsync(int from, int count)
    {
        var options = new EntryOptions { Timestamp = _clock.Next() };
        var writes = new Task<TierWriteStatus>[count];
        for (int i = 0; i < count; i++)
            writes[i] = _tier.SetAsync(_asked[from + i], new(_rawValues[from + i]), options).AsTask();
        foreach (TierWriteStatus status in await Task.WhenAll(writes))
            Require(status is TierWriteStatus.Done or TierWriteStatus.Superseded);
    }

    private async Task SetByTierAsync(int from, int count, EntryOptions options)
    {
        var entries = new TierEntry[count];
        for (int i = 0; i < count; i++)
            entries[i] = new TierEntry(_asked[from + i], new(_rawValues[from + i]), options);
        var results = new TierWriteStatus[count];
        await _tier.SetManyAsync(entries, results);
        // What is loaded within a round trip after a write is not always kept.
        Require(Array.TrueForAll(results, status => status == TierWriteStatus.Done || (options.Timestamp != 0 && status == TierWriteStatus.Superseded)));
    }

    private async Task SetRawAsync(int from, int count)
    {
        RedisValue rest = EntryMeta.Rest(0, 0, [0]);
        var writes = new List<Task<RedisResult>>();
        for (int first = from; first < from + count; first += BatchKeys)
        {
            int keyCount = Math.Min(BatchKeys, from + count - first);
            var keys = new RedisKey[keyCount];
            var arguments = new RedisValue[3 + keyCount];
            (arguments[0], arguments[1], arguments[2]) = (long.MaxValue >> 10, rest, keyCount);
            for (int i = 0; i < keyCount; i++)
            {
                keys[i] = _rawKeys[first + i];
                arguments[3 + i] = _rawValues[first + i];
            }

            writes.Add(TierScripts.Write.CallAsync(_database, keys, arguments));
        }

        foreach (RedisResult[]? write in await Task.WhenAll(writes))
        {
            foreach (RedisResult status in write!)
                Require((int)status == TierScripts.Done);
        }
    }

    private async Task SetPlainAsync(int from, int count)
    {
        var writes = new Task<bool>[count];
        for (int i = 0; i < count; i++)
            writes[i] = _database.StringSetAsync(_asked[from + i].ToArray(), _rawValues[from + i], null, When.Always, CommandFlags.DemandMaster);
        foreach (bool isDone in await Task.WhenAll(writes))
            Require(isDone);
    }

    private void Hits(IReport report)
    {
        using TieredCache alone = new(new() { CapacityBytes = 64 << 20 });
        using TieredCache stacked = new(new() { CapacityBytes = 64 << 20, Tiers = { _tier } });
        TieredCache[] caches = [alone, stacked];
        for (int index = 0; index < _asked.Length; index++)
        {
            foreach (TieredCache cache in caches)
                cache.Set(_keys.Utf8(index), _values.Of(index));
        }

        for (int pass = 0; pass < WarmPasses * 4; pass++)
        {
            foreach (TieredCache cache in caches)
                Read(cache);
        }

        long allocated = 0;
        Rounds rounds = Rounds.Run(2, 21, (cache, _) => Crew.Seconds(1, _ =>
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Read(caches[cache]);
            if (cache == 1)
                allocated += GC.GetAllocatedBytesForCurrentThread() - before;
        }) / HitsASlice * 1e9);
        Case where = new Case("stack").With("entries", _asked.Length).With("operation", "hit");
        report.Add(new(Name, where, "hit_cost_ratio", rounds.TimesFaster(0, 1), "x"));
        report.Add(new(Name, where, "bytes_per_op", (double)allocated / 21 / HitsASlice, "B"));
    }

    private void Read(TieredCache cache)
    {
        Span<byte> buffer = stackalloc byte[ValueSet.DefaultValueBytes];
        Checksum checksum = default;
        for (int read = 0; read < HitsASlice; read++)
        {
            Require(cache.TryGet(_keys.Utf8(read % _asked.Length), buffer, out int valueBytes));
            checksum.Add(buffer[..valueBytes]);
        }

        Require(checksum.Sum != 0);
    }

    private static void Require(bool isSo)
    {
        if (!isSo)
            throw new InvalidOperationException("A subject did not do as it was told.");
    }
}
