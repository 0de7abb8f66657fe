using System.Buffers.Binary;

namespace Strata.Payloads.MessagePack;

public ref partial struct MessagePackWriter
{
    private const int SecondsBits = 34;
    private const uint MaxNanoseconds = 999_999_999;

    /// <summary>Writes a timestamp in its smallest form: 4, 8 or 12 bytes after the head.</summary>
    /// <param name="unixSeconds">Whole seconds since 1970-01-01 UTC, rounded down.</param>
    /// <param name="nanoseconds">The rest, 0 to 999,999,999.</param>
    public void WriteTimestamp(long unixSeconds, uint nanoseconds)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(nanoseconds, MaxNanoseconds);
        Span<byte> body = stackalloc byte[12];
        if (unixSeconds >> SecondsBits != 0)
        {
            BinaryPrimitives.WriteUInt32BigEndian(body, nanoseconds);
            BinaryPrimitives.WriteInt64BigEndian(body[4..], unixSeconds);
        }
        else if (nanoseconds != 0 || unixSeconds > uint.MaxValue)
        {
            body = body[..8];
            BinaryPrimitives.WriteUInt64BigEndian(body, ((ulong)nanoseconds << SecondsBits) | (ulong)unixSeconds);
        }
        else
        {
            body = body[..4];
            BinaryPrimitives.WriteUInt32BigEndian(body, (uint)unixSeconds);
        }

        WriteExtension(MessagePackCode.Timestamp, body);
    }

    /// <summary>Writes a point in time as a timestamp. Local time is converted to UTC; time of no kind is taken as UTC.</summary>
    /// <param name="value">The time.</param>
    public void WriteDateTime(DateTime value)
    {
        if (value.Kind == DateTimeKind.Local)
            value = value.ToUniversalTime();
        (long seconds, long ticks) = Math.DivRem(value.Ticks, TimeSpan.TicksPerSecond);
        WriteTimestamp(seconds - (DateTime.UnixEpoch.Ticks / TimeSpan.TicksPerSecond), (uint)(ticks * TimeSpan.NanosecondsPerTick));
    }
}
