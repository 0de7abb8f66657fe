using System.Diagnostics.Metrics;

namespace Strata.Lab.Measure;

/// <summary>Listens to every instrument of one meter factory, and asks the observable ones at the start and every second, as an exporter does.</summary>
internal sealed class MeterWatch : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Timer _timer;
    private long _samples;
    private double _sum;

    public MeterWatch(IMeterFactory factory)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == factory)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, _, _) =>
        {
            if (!instrument.IsObservable)
                Interlocked.Increment(ref _samples);
            _sum += value;
        });
        _listener.SetMeasurementEventCallback<long>((_, value, _, _) => _sum += value);
        _listener.Start();
        _timer = new Timer(_ => _listener.RecordObservableInstruments(), null, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    /// <summary>Measurements that histograms took.</summary>
    public long Samples => Interlocked.Read(ref _samples);

    public void Dispose()
    {
        using (ManualResetEvent done = new(false))
        {
            if (_timer.Dispose(done))
                done.WaitOne();
        }

        _listener.Dispose();
    }
}
