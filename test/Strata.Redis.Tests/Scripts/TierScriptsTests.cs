using StackExchange.Redis;
using Strata.Redis.Entries;
using Strata.Redis.Scripts;
using Strata.Redis.Tests.Servers;
using Xunit;

namespace Strata.Redis.Tests.Scripts;

/// <summary>Scripts on a real server, with arguments that no tier happens to send in time.</summary>
public sealed class TierScriptsTests(OneServer server)
{
    private static readonly RedisValue s_never = long.MaxValue >> 10;
    private static readonly RedisValue s_noTags = new byte[] { 0 };

    private readonly RedisKey _key = $"{OneServer.NewPrefix()}/k";

    [Fact]
    public async Task Write_ThatComesTooLate_DoesNothing()
    {
        Assert.Equal(TierScripts.Stranger, await WriteAsync(until: 1));
        Assert.False(await server.Database.KeyExistsAsync(_key));
        Assert.Equal(TierScripts.Done, await WriteAsync(s_never));
        Assert.True(await server.Database.KeyExistsAsync(_key));
    }

    [Fact]
    public async Task Keep_ThatComesTooLateOrToAnotherServer_DoesNothing()
    {
        var clock = (RedisResult[])(await TierScripts.Clock.CallAsync(server.Database, "any"u8.ToArray(), []))!;
        RedisValue now = (long)clock[0], id = (string?)clock[1];
        Assert.Equal(TierScripts.Stranger, await KeepAsync(id, atLeast: 0, until: 1, now));
        Assert.Equal(TierScripts.Stranger, await KeepAsync("another", atLeast: 0, s_never, now));
        Assert.Equal(TierScripts.Stranger, await KeepAsync(id, atLeast: s_never, s_never, now));
        Assert.Equal(TierScripts.Superseded, await KeepAsync(id, atLeast: 0, s_never, asOf: 1));
        Assert.False(await server.Database.KeyExistsAsync(_key));
        Assert.Equal(TierScripts.Done, await KeepAsync(id, atLeast: 0, s_never, now));
        Assert.True(await server.Database.KeyExistsAsync(_key));
    }

    private async Task<int> WriteAsync(RedisValue until) =>
        (int)((RedisResult[])(await TierScripts.Write.CallAsync(server.Database, [_key], [until, EntryMeta.Rest(0, 0, s_noTags), 1, "v"]))!)[0];

    private async Task<int> KeepAsync(RedisValue id, RedisValue atLeast, RedisValue until, RedisValue asOf)
    {
        RedisValue[] arguments = [id, atLeast, 60_000_000, until, 1, asOf, EntryMeta.Rest(0, 0, s_noTags), 1, "v"];
        return (int)((RedisResult[])((RedisResult[])(await TierScripts.Keep.CallAsync(server.Database, [_key], arguments))!)[2]!)[0];
    }
}
