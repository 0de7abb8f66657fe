namespace Strata.Payloads.MessagePack.Formats;

public readonly partial struct ScalarFormat :
    IMessagePackFormat<DateTime>,
    IMessagePackFormat<DateTimeOffset>,
    IMessagePackFormat<TimeSpan>,
    IMessagePackFormat<DateOnly>
{
    private const int MaxOffsetMinutes = 14 * 60;

    /// <inheritdoc/>
    public static void Write(ref MessagePackWriter writer, DateTime value) => writer.WriteDateTime(value);

    /// <inheritdoc/>
    public static bool TryRead(ref MessagePackReader reader, out DateTime value) => reader.TryReadDateTime(out value);

    /// <inheritdoc/>
    public static void Write(ref MessagePackWriter writer, DateTimeOffset value)
    {
        // The time on the clock, written as if it were UTC; then what the clock is ahead, in minutes.
        writer.BeginArray(2);
        writer.WriteDateTime(new DateTime(value.Ticks, DateTimeKind.Utc));
        writer.WriteInt64((long)value.Offset.TotalMinutes);
        writer.End();
    }

    /// <inheritdoc/>
    public static bool TryRead(ref MessagePackReader reader, out DateTimeOffset value)
    {
        value = default;
        if (!reader.TryBeginArray(out int count) || count != 2 || !reader.TryReadDateTime(out DateTime clock) || !reader.TryReadInt64(out long minutes))
            return false;
        reader.End();
        if (minutes is < -MaxOffsetMinutes or > MaxOffsetMinutes)
            return false;
        long utcTicks = clock.Ticks - (minutes * TimeSpan.TicksPerMinute);
        if (utcTicks < DateTime.MinValue.Ticks || utcTicks > DateTime.MaxValue.Ticks)
            return false;
        value = new DateTimeOffset(clock.Ticks, TimeSpan.FromMinutes(minutes));
        return true;
    }

    /// <inheritdoc/>
    public static void Write(ref MessagePackWriter writer, TimeSpan value) => writer.WriteInt64(value.Ticks);

    /// <inheritdoc/>
    public static bool TryRead(ref MessagePackReader reader, out TimeSpan value)
    {
        bool isRead = reader.TryReadInt64(out long ticks);
        value = new TimeSpan(ticks);
        return isRead;
    }

    /// <inheritdoc/>
    public static void Write(ref MessagePackWriter writer, DateOnly value) => writer.WriteInt64(value.DayNumber);

    /// <inheritdoc/>
    public static bool TryRead(ref MessagePackReader reader, out DateOnly value)
    {
        value = default;
        if (!reader.TryReadInt64(out long dayNumber) || dayNumber < 0 || dayNumber > DateOnly.MaxValue.DayNumber)
            return false;
        value = DateOnly.FromDayNumber((int)dayNumber);
        return true;
    }
}
