using System.Diagnostics.Metrics;

namespace Strata.Lab.Measure;

/// <summary>Meters that only those listen to who ask for this factory's.</summary>
internal sealed class LabMeters : IMeterFactory
{
    private readonly List<Meter> _meters = [];

    public Meter Create(MeterOptions options)
    {
        Meter meter = new(options.Name, options.Version, options.Tags, scope: this);
        _meters.Add(meter);
        return meter;
    }

    public void Dispose()
    {
        foreach (Meter meter in _meters)
            meter.Dispose();
    }
}
