using System.Buffers.Binary;

namespace Strata.Payloads.MessagePack;

public ref partial struct MessagePackReader
{
    private const int SecondsBits = 34;
    private const uint MaxNanoseconds = 999_999_999;

    /// <summary>Reads a timestamp in any of its three forms.</summary>
    /// <param name="unixSeconds">Whole seconds since 1970-01-01 UTC, rounded down.</param>
    /// <param name="nanoseconds">The rest, 0 to 999,999,999.</param>
    public bool TryReadTimestamp(out long unixSeconds, out uint nanoseconds)
    {
        MessagePackReader start = this;
        unixSeconds = 0;
        nanoseconds = 0;
        if (TryReadExtension(out sbyte typeCode, out ReadOnlySpan<byte> body) && typeCode == MessagePackCode.Timestamp)
        {
            switch (body.Length)
            {
                case 4:
                    unixSeconds = BinaryPrimitives.ReadUInt32BigEndian(body);
                    return true;
                case 8:
                    ulong both = BinaryPrimitives.ReadUInt64BigEndian(body);
                    nanoseconds = (uint)(both >> SecondsBits);
                    unixSeconds = (long)(both & ((1UL << SecondsBits) - 1));
                    break;
                case 12:
                    nanoseconds = BinaryPrimitives.ReadUInt32BigEndian(body);
                    unixSeconds = BinaryPrimitives.ReadInt64BigEndian(body[4..]);
                    break;
                default:
                    nanoseconds = uint.MaxValue;
                    break;
            }

            if (nanoseconds <= MaxNanoseconds)
                return true;
        }

        this = start;
        unixSeconds = 0;
        nanoseconds = 0;
        return false;
    }

    /// <summary>Reads a timestamp as time in UTC. What is finer than 100 nanoseconds is cut off; a year after 9999 or before 1 is refused.</summary>
    /// <param name="value">The time.</param>
    public bool TryReadDateTime(out DateTime value)
    {
        MessagePackReader start = this;
        value = default;
        if (!TryReadTimestamp(out long unixSeconds, out uint nanoseconds))
            return false;

        const long EpochSeconds = 62_135_596_800;
        const long MaxSeconds = 315_537_897_599;
        if (unixSeconds is < -EpochSeconds or > MaxSeconds - EpochSeconds)
        {
            this = start;
            return false;
        }

        value = new DateTime(((unixSeconds + EpochSeconds) * TimeSpan.TicksPerSecond) + (nanoseconds / TimeSpan.NanosecondsPerTick), DateTimeKind.Utc);
        return true;
    }
}
