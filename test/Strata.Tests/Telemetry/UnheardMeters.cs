using System.Diagnostics.Metrics;

namespace Strata.Tests.Telemetry;

/// <summary>A meter whose measurements are counted and forgotten.</summary>
internal sealed class UnheardMeters : IMeterFactory
{
    private Meter? _meter;
    private MeterListener? _listener;

    public int Count { get; private set; }

    public Meter Create(MeterOptions options) => _meter ??= new Meter(options.Name, options.Version, options.Tags, scope: this);

    public void Listen()
    {
        _listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter == _meter)
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        _listener.SetMeasurementEventCallback<double>((_, _, _, _) => Count++);
        _listener.Start();
    }

    public void Dispose()
    {
        _listener?.Dispose();
        _meter?.Dispose();
    }
}
