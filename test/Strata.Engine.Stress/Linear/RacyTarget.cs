using Strata.Engine.Stress.Torture;

namespace Strata.Engine.Stress.Linear;

/// <summary>A store that is right as long as only one thread works on it: its add looks, and then writes whatever has happened meanwhile.</summary>
internal sealed class RacyTarget() : ControlTarget(ControlFault.None)
{
    // About as long as an operation takes.
    private const int Hesitation = 100;

    public override WriteOutcome Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, in WriteOptions options)
    {
        if (TryGetInfo(key, out _))
            return WriteOutcome.Exists;
        Thread.SpinWait(Hesitation);
        return Set(key, value, options, default);
    }
}
