using System.Net;
using StackExchange.Redis;

namespace Strata.Redis.Connections;

/// <summary>The way to a master that sentinels watch: they are asked where it is, and asked again when they say that it moved, when the connection to it breaks, and every now and then.</summary>
/// <remarks>One task follows; nobody waits for it. The former connection is closed when the new one stands. A sentinel that is not there is passed over; which of the others is right, <see cref="MasterVote"/> tells.</remarks>
internal sealed class SentinelConnection : RedisConnection
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_leastInterval = TimeSpan.FromMilliseconds(100);

    private readonly ConfigurationOptions _configuration;
    private readonly RedisTierOptions _options;
    private readonly ConnectionMultiplexer _sentinels;
    private readonly SemaphoreSlim _asked = new(0);
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _following;
    private readonly MasterVote _vote;
    private long _moves;

    private SentinelConnection(RedisTierOptions options, ConfigurationOptions configuration, ConnectionMultiplexer sentinels, SentinelMaster master, ConnectionMultiplexer multiplexer)
        : base(new RedisLink(multiplexer, options.Database), isOurs: true)
    {
        _options = options;
        _configuration = configuration;
        _sentinels = sentinels;
        _vote = new MasterVote(master, sentinels.GetEndPoints(true).Length, options.TimeProvider);
        multiplexer.ConnectionFailed += OnFailed;
        _following = Task.Run(FollowAsync);
    }

    public override long Moves => Interlocked.Read(ref _moves);

    /// <exception cref="ArgumentException">No sentinel answers, none knows the service, or the master does not let us in.</exception>
    public static async Task<SentinelConnection> OpenAsync(RedisTierOptions options, ConfigurationOptions configuration, CancellationToken cancellationToken)
    {
        ConfigurationOptions asked = configuration.Clone();
        asked.CommandMap = CommandMap.Sentinel;
        asked.AbortOnConnectFail = false;
        asked.TieBreaker = "";
        asked.ServiceName = "";
        asked.Password = null;
        asked.DefaultDatabase = null;
        ConnectionMultiplexer sentinels = await ConnectionMultiplexer.ConnectAsync(asked, null).WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            List<SentinelMaster> answers = await AskAsync(sentinels, options, long.MaxValue).WaitAsync(cancellationToken).ConfigureAwait(false);
            SentinelMaster master = answers.MaxBy(answer => answer.Epoch)
                ?? throw new ArgumentException($"{RedisConfiguration.Setting} and {nameof(RedisTierOptions.SentinelService)}: no sentinel at {string.Join(", ", configuration.EndPoints)} tells where the master of this service is.");
            ConnectionMultiplexer multiplexer = await RedisConfiguration.ConnectAsync(OfMaster(configuration, master.EndPoint), cancellationToken).ConfigureAwait(false);
            var connection = new SentinelConnection(options, configuration, sentinels, master, multiplexer);
            await connection.SubscribeAsync().ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await sentinels.CloseAsync(false).ConfigureAwait(false);
            throw;
        }
    }

    public override void Ask()
    {
        // One question that waits answers for all.
        if (_asked.CurrentCount == 0)
            _asked.Release();
    }

    public override async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync().ConfigureAwait(false);
        await _following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _sentinels.CloseAsync(false).ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
        _ended.Dispose();
        _asked.Dispose();
    }

    private async Task SubscribeAsync()
    {
        try
        {
            await _sentinels.GetSubscriber(null).SubscribeAsync("+switch-master", (_, _) => Ask(), CommandFlags.None).ConfigureAwait(false);
        }
        catch (Exception exception) when (ServerReply.IsFailure(exception))
        {
            // Then only asking helps, which goes on anyway.
        }
    }

    private async Task FollowAsync()
    {
        while (!_ended.IsCancellationRequested)
        {
            await _asked.WaitAsync(s_interval, _ended.Token).ConfigureAwait(false);
            try
            {
                SentinelMaster master = _vote.Judge(await AskAsync(_sentinels, _options, _vote.Known.Epoch).ConfigureAwait(false));
                if (!master.EndPoint.Equals(_vote.Known.EndPoint))
                    await MoveToAsync(master.EndPoint).ConfigureAwait(false);
                _vote.Known = master;
            }
            catch (Exception exception) when (ServerReply.IsFailure(exception) || exception is ArgumentException)
            {
                // The new master is not there yet, or has failed already: the next round asks again.
            }

            await Task.Delay(s_leastInterval, _ended.Token).ConfigureAwait(false);
        }
    }

    private async Task MoveToAsync(EndPoint master)
    {
        ConnectionMultiplexer multiplexer = await RedisConfiguration.ConnectAsync(OfMaster(_configuration, master), _ended.Token).ConfigureAwait(false);
        multiplexer.ConnectionFailed += OnFailed;
        RedisLink former = Exchange(new RedisLink(multiplexer, _options.Database));
        Interlocked.Increment(ref _moves);
        former.Multiplexer.ConnectionFailed -= OnFailed;
        await former.Multiplexer.CloseAsync(false).ConfigureAwait(false);
    }

    private void OnFailed(object? sender, ConnectionFailedEventArgs failure) => Ask();

    /// <summary>Asks all sentinels at once, and waits for all, or for one that knows of a later failover.</summary>
    private static async Task<List<SentinelMaster>> AskAsync(ConnectionMultiplexer sentinels, RedisTierOptions options, long knownEpoch)
    {
        var answers = new List<SentinelMaster>();
        IEnumerable<Task<SentinelMaster?>> questions = sentinels.GetEndPoints(true).Select(endPoint => AskAsync(sentinels.GetServer(endPoint, null), options));
        await foreach (Task<SentinelMaster?> answer in Task.WhenEach(questions).ConfigureAwait(false))
        {
            if (await answer.ConfigureAwait(false) is not { } told)
                continue;
            answers.Add(told);
            if (told.Epoch > knownEpoch)
                break;
        }

        return answers;
    }

    private static async Task<SentinelMaster?> AskAsync(IServer sentinel, RedisTierOptions options)
    {
        try
        {
            return await SentinelMaster.AskAsync(sentinel, options.SentinelService!).WaitAsync(options.OperationTimeout, options.TimeProvider).ConfigureAwait(false);
        }
        catch (Exception exception) when (ServerReply.IsFailure(exception))
        {
            // Another one may know.
            return null;
        }
    }

    private static ConfigurationOptions OfMaster(ConfigurationOptions configuration, EndPoint master)
    {
        ConfigurationOptions options = configuration.Clone();
        options.EndPoints.Clear();
        options.EndPoints.Add(master);
        options.ServiceName = "";
        options.TieBreaker = "";
        return options;
    }
}
