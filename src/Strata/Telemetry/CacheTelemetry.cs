using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Strata.Engine.Removals;
using Strata.Tiers;

namespace Strata.Telemetry;

/// <summary>How one cache reports what it does: its instruments, activities, log and listener. Nothing of it is on the way of a plain hit but the look whether its read is to be timed.</summary>
internal sealed partial class CacheTelemetry
{
    private static readonly ActivitySource s_activities = new(TelemetryNames.Source);

    private readonly CacheInstruments _instruments;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly bool _logsKeys;
    private readonly CacheEvents? _events;
    private readonly LogGate _staleGate;
    private readonly LogGate _unreadableGate;
    private readonly LogGate _keepGate;
    private readonly LogGate _listenerGate;
    private long _listenerFailures;

    public CacheTelemetry(TieredCacheOptions options)
    {
        Name = options.Name;
        _instruments = CacheInstruments.Of(options.MeterFactory);
        _time = options.TimeProvider;
        _log = options.LoggerFactory is { } loggers ? new QuietLogger(loggers.CreateLogger(TelemetryNames.LogCategory)) : NullLogger.Instance;
        _logsKeys = options.LogsKeys;
        _events = options.Events;
        _staleGate = new(_time);
        _unreadableGate = new(_time);
        _keepGate = new(_time);
        _listenerGate = new(_time);
        _suspicionGate = new(_time);
        _rejectionGate = new(_time);
        Reads = new ReadSampler(_instruments.TierDuration, new TierCounters(Name, TelemetryNames.Memory), _time);
        Tiers = [.. options.Tiers.Select(tier => new TierCounters(Name, tier.Name))];
    }

    public string Name { get; }

    /// <summary>When reads of memory are timed.</summary>
    public ReadSampler Reads { get; }

    public TierCounters[] Tiers { get; }

    public long ListenerFailures => Volatile.Read(ref _listenerFailures);

    /// <summary>A tier behind memory with somebody who watches it.</summary>
    public WatchedTier Watch(ICacheTier tier, int index) => new(tier, this, Tiers[index], _time);

    public void Begin(TieredCache cache) => _instruments.Add(cache);

    public void End(TieredCache cache) => _instruments.Remove(cache);

    /// <summary>The listener of removals, if there are two: they do not know of each other's exceptions.</summary>
    public RemovalListener? ListenWith(RemovalListener? listener) => _events is { SeesRemovals: true } ? TellRemoval + listener : listener;

    private string TextOf(ReadOnlySpan<byte> key) => KeyText.Of(key, _logsKeys);

    private void TellRemoval(in RemovedEntry entry)
    {
        try
        {
            _events!.Removed(in entry);
        }
        catch (Exception exception)
        {
            ListenerFailed(exception);
        }
    }

    private void Tell<TState>(Action<CacheEvents, byte[], TState> tell, byte[] key, TState state)
    {
        if (_events is null)
            return;
        try
        {
            tell(_events, key, state);
        }
        catch (Exception exception)
        {
            ListenerFailed(exception);
        }
    }

    private void ListenerFailed(Exception exception)
    {
        Interlocked.Increment(ref _listenerFailures);
        if (_log.IsEnabled(LogLevel.Error) && _listenerGate.TryPass(out long leftOut))
            _log.ListenerFailed(Name, leftOut, exception);
    }
}
