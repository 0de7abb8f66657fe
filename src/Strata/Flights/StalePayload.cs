namespace Strata.Flights;

/// <summary>A stale value, and until when it may be served.</summary>
internal sealed class StalePayload(byte[] payload, long leftMs, TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();

    public byte[] Payload => payload;

    public bool IsOver => leftMs != long.MaxValue && time.GetElapsedTime(_start).TotalMilliseconds >= leftMs;
}
