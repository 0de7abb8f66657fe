using StackExchange.Redis;
using Strata.Invalidation;
using Strata.Redis.Tests.Servers;
using Strata.Tiers;
using Xunit;

namespace Strata.Redis.Tests.Failures;

/// <summary>What lies under our keys and is not ours: a counted miss, and it stays.</summary>
public sealed class ForeignDataTests(OneServer server)
{
    private readonly string _prefix = OneServer.NewPrefix();
    private readonly HybridClock _clock = new(TimeProvider.System);

    public static TheoryData<string, string> Commands => new()
    {
        { "SET", "a value" },
        { "RPUSH", "an item" },
        { "SADD", "a member" },
        { "HSET", "d value" },
        { "HSET", "m text" },
        { "HSET", "m S\u0002E:a:later:layout:of:ours:that:is:long" },
        { "HSET", "m S\u0001E d v" },
    };

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task AnyCall_OnAForeignKey_MissesAndLeavesIt(string command, string words)
    {
        RedisTier tier = await server.TierAsync(_prefix);
        await tier.KeepInTheEndAsync("other", "v", _clock);
        string key = $"{_prefix}/k";
        Assert.DoesNotContain('-', (await server.Server.CommandAsync([command, key, .. words.StartsWith('a') ? [words] : words.Split(' ')]))[..1]);
        string before = await DumpAsync(key);

        Assert.Null(await tier.ReadAsync("k"));
        Assert.Equal(TierWriteStatus.Refused, await tier.WriteAsync("k", "w"));
        Assert.Equal(TierWriteStatus.Refused, await tier.KeepAsync("k", "w", _clock.Next()));
        Assert.Equal(TierWriteStatus.NotFound, await tier.RemoveAsync("k"));
        var reads = new TierRead[1];
        await tier.GetManyAsync(new ReadOnlyMemory<byte>[] { "k"u8.ToArray() }, reads, new System.Buffers.ArrayBufferWriter<byte>());
        Assert.Equal(TierReadStatus.Miss, reads[0].Status);
        var statuses = new TierWriteStatus[1];
        await tier.SetManyAsync(new TierEntry[] { new("k"u8.ToArray(), new("w"u8.ToArray()), default) }, statuses);
        Assert.Equal(TierWriteStatus.Refused, statuses[0]);
        Assert.Equal(TierWriteStatus.Done, await tier.ClearAsync());

        Assert.Equal(before, await DumpAsync(key));
        Assert.InRange(tier.Faults.Foreign, 6, 7);
        Assert.Equal(0, tier.Faults.Failed);
    }

    [Theory]
    [InlineData("SET", "text")]
    [InlineData("HSET", "v text")]
    [InlineData("HSET", "a b")]
    public async Task AnyCall_OnAForeignTag_FailsAndLeavesIt(string command, string words)
    {
        RedisTier tier = await server.TierAsync(_prefix);
        var tagged = new Strata.Entries.EntryOptions { Tags = ["red"] };
        await tier.WriteAsync("k", "v", tagged);
        string key = $"{_prefix}#red";
        await server.Database.KeyDeleteAsync(key);
        await server.Server.CommandAsync([command, key, .. words.Split(' ')]);
        string before = await DumpAsync(key);

        (TierReadStatus status, _) = await tier.LookAsync("k");
        Assert.Equal(TierReadStatus.Miss, status);
        Assert.NotEqual(TierWriteStatus.Done, await tier.WriteAsync("other", "v", tagged));
        if (words != "v text")
        {
            Assert.Equal(TierWriteStatus.Faulted, await tier.InvalidateAsync(InvalidationRule.OfAnyTag("red")));
            Assert.Equal(before, await DumpAsync(key));
        }
    }

    [Fact]
    public async Task Get_OfMetadataCutShortOrChanged_IsAMissOrTheValue()
    {
        RedisTier tier = await server.TierAsync(_prefix);
        await tier.WriteAsync("k", "v", new Strata.Entries.EntryOptions { Tags = ["red", "round"], Ttl = TimeSpan.FromHours(1) });
        byte[] m = (await server.Database.HashGetAsync($"{_prefix}/k", "m"))!;
        for (int i = 0; i < m.Length; i++)
        {
            await server.Database.HashSetAsync($"{_prefix}/k", "m", m[..i]);
            Assert.Null(await tier.ReadAsync("k"));
            byte[] changed = [.. m];
            changed[i] ^= 0xFF;
            await server.Database.HashSetAsync($"{_prefix}/k", [new("m", changed), new("d", "v")]);
            Assert.True(await tier.ReadAsync("k") is null or "v");
            await server.Database.HashSetAsync($"{_prefix}/k", "d", "v");
        }

        await server.Database.HashSetAsync($"{_prefix}/k", "m", (byte[])[.. m, 0]);
        Assert.Null(await tier.ReadAsync("k"));
    }

    private async Task<string> DumpAsync(string key) => Convert.ToHexString((byte[])(await server.Database.KeyDumpAsync(key))!);
}
