using System.Globalization;
using System.Net;
using StackExchange.Redis;

namespace Strata.Redis.Connections;

/// <summary>Where a sentinel says the master is, and by which configuration: the number grows with each failover.</summary>
internal sealed record SentinelMaster(EndPoint EndPoint, long Epoch)
{
    private const string EpochField = "config-epoch";

    /// <summary>Asks one sentinel. Answers <c>null</c> when it does not know the service.</summary>
    /// <remarks>
    /// The number is asked for first: a failover in between makes it too low for the place, never too high. The other order could give the former master the number of the new one. The place comes by the command that
    /// tells it as soon as the number is another one.
    /// </remarks>
    public static async Task<SentinelMaster?> AskAsync(IServer sentinel, string service)
    {
        KeyValuePair<string, string>[] fields = await sentinel.SentinelMasterAsync(service, CommandFlags.None).ConfigureAwait(false);
        string? epoch = Array.Find(fields, field => field.Key == EpochField).Value;
        EndPoint? endPoint = await sentinel.SentinelGetMasterAddressByNameAsync(service, CommandFlags.None).ConfigureAwait(false);
        return endPoint is not null && long.TryParse(epoch, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? new SentinelMaster(endPoint, number) : null;
    }
}
