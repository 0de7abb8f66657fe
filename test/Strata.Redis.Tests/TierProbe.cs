using System.Buffers;
using System.Text;
using Strata.Entries;
using Strata.TestKit.Servers;
using Strata.Tiers;
using Xunit;

namespace Strata.Redis.Tests;

/// <summary>A tier spoken to in text.</summary>
internal static class TierProbe
{
    /// <summary>The value of a key, or null when there is none. A fault fails the test.</summary>
    public static async Task<string?> ReadAsync(this ICacheTier tier, string key)
    {
        (TierReadStatus status, string value) = await tier.LookAsync(key);
        Assert.True(status is TierReadStatus.Hit or TierReadStatus.Stale or TierReadStatus.Miss, status.ToString());
        return status == TierReadStatus.Miss ? null : value;
    }

    /// <summary>What a read answers.</summary>
    public static async Task<(TierReadStatus Status, string Value)> LookAsync(this ICacheTier tier, string key)
    {
        var destination = new ArrayBufferWriter<byte>();
        TierRead read = await tier.GetAsync(Encoding.UTF8.GetBytes(key), destination);
        Assert.Equal(read.ValueBytes, destination.WrittenCount);
        return (read.Status, Encoding.UTF8.GetString(destination.WrittenSpan));
    }

    public static async Task<TierWriteStatus> WriteAsync(this ICacheTier tier, string key, string value, EntryOptions options = default) =>
        await tier.SetAsync(Encoding.UTF8.GetBytes(key), new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(value)), options);

    /// <summary>Writes a value as of the start of its load.</summary>
    public static Task<TierWriteStatus> KeepAsync(this ICacheTier tier, string key, string value, long timestamp, params string[] tags) =>
        tier.WriteAsync(key, value, new EntryOptions { Timestamp = timestamp, Tags = [.. tags] });

    public static async Task<TierWriteStatus> RemoveAsync(this ICacheTier tier, string key) => await tier.RemoveAsync(Encoding.UTF8.GetBytes(key));

    /// <summary>Loads until a load is kept: one that began within a round trip after an invalidation may not be.</summary>
    public static Task KeepInTheEndAsync(this ICacheTier tier, string key, string value, HybridClock clock, params string[] tags) =>
        RedisServer.WaitAsync(async () => await tier.KeepAsync(key, value, clock.Next(), tags) == TierWriteStatus.Done, "a load that is kept");

    /// <summary>Lets more time go by than a reply takes on a busy machine, by which the place of a load among the server's times may be too early.</summary>
    public static Task WellApartAsync() => Task.Delay(600, TestContext.Current.CancellationToken);
}
