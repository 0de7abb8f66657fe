using System.Diagnostics.Metrics;

namespace Strata.Tests.Telemetry;

/// <summary>A meter of a test's own, and everything it measures.</summary>
internal sealed class OwnMeters : IMeterFactory
{
    private readonly List<Meter> _meters = [];
    private readonly Lock _gate = new();
    private readonly List<Measured> _measured = [];
    private MeterListener? _listener;

    public List<Instrument> Instruments { get; } = [];

    public Meter Create(MeterOptions options)
    {
        if (_meters.Find(known => known.Name == options.Name) is { } meter)
            return meter;
        _meters.Add(new Meter(options.Name, options.Version, options.Tags, scope: this));
        return _meters[^1];
    }

    /// <summary>Begins to listen to all there is.</summary>
    public void Listen()
    {
        _listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Scope != this)
                    return;
                Instruments.Add(instrument);
                listener.EnableMeasurementEvents(instrument);
            },
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>Asks the observable instruments; what they said before is forgotten.</summary>
    public List<Measured> Collect()
    {
        if (_listener is null)
            Listen();
        lock (_gate)
            _measured.RemoveAll(static measured => measured.IsObservable);
        _listener!.RecordObservableInstruments();
        lock (_gate)
            return [.. _measured];
    }

    /// <summary>The sum of an instrument's measurements that have all these tags.</summary>
    public double Sum(string instrument, params (string Name, string Value)[] tags) => Of(instrument, tags).Sum(measured => measured.Value);

    public List<Measured> Of(string instrument, params (string Name, string Value)[] tags) =>
        Collect().FindAll(measured => measured.Instrument == instrument && Array.TrueForAll(tags, tag => measured.Tags.TryGetValue(tag.Name, out string? value) && value == tag.Value));

    public void Dispose()
    {
        _listener?.Dispose();
        _meters.ForEach(static meter => meter.Dispose());
    }

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var measured = new Measured(instrument.Name, instrument.IsObservable, value, tags.ToArray().ToDictionary(static tag => tag.Key, static tag => (string)tag.Value!));
        lock (_gate)
            _measured.Add(measured);
    }
}
