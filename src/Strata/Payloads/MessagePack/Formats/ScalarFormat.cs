namespace Strata.Payloads.MessagePack.Formats;

/// <summary>
/// Numbers, text, bytes and times, in the forms that MessagePack-CSharp gives them. One type for all of them: which value is meant follows from its type.
/// </summary>
public readonly partial struct ScalarFormat :
    IMessagePackFormat<bool>,
    IMessagePackFormat<sbyte>,
    IMessagePackFormat<byte>,
    IMessagePackFormat<short>,
    IMessagePackFormat<ushort>,
    IMessagePackFormat<int>,
    IMessagePackFormat<uint>,
    IMessagePackFormat<long>,
    IMessagePackFormat<ulong>,
    IMessagePackFormat<Half>,
    IMessagePackFormat<float>,
    IMessagePackFormat<double>
{
    /// <inheritdoc/>
    public static void Write(ref MessagePackWriter writer, bool value) => writer.WriteBoolean(value);

    /// <inheritdoc/>
    public static bool TryRead(ref MessagePackReader reader, out bool value) => reader.TryReadBoolean(out value);

    /// <inheritdoc/>
    public static void Write(ref MessagePackWriter writer, sbyte value) => writer.WriteInt64(value);

    /// <inheritdoc/>
    public static bool TryRead(ref MessagePackReader reader, out sbyte value)
    {
        value = 0;
        if (!reader.TryReadInt64(out long wide) || wide is < sbyte.MinValue or > sbyte.MaxValue)
            return false;
        value = (sbyte)wide;
        return true;
    }

    /// <inheritdoc/>
    public static void Write(ref MessagePackWriter writer, short value) => writer.WriteInt64(value);

    /// <inheritdoc/>
    public static bool TryRead(ref MessagePackReader reader, out short value)
    {
        value = 0;
        if (!reader.TryReadInt64(out long wide) || wide is < short.MinValue or > short.MaxValue)
            return false;
        value = (short)wide;
        return true;
    }

    /// <inheritdoc/>
    public static void Write(ref MessagePackWriter writer, int value) => writer.WriteInt64(value);

    /// <inheritdoc/>
    public static bool TryRead(ref MessagePackReader reader, out int value)
    {
        value = 0;
        if (!reader.TryReadInt64(out long wide) || wide is < int.MinValue or > int.MaxValue)
            return false;
        value = (int)wide;
        return true;
    }

    /// <inheritdoc/>
    public static void Write(ref MessagePackWriter writer, byte value) => writer.WriteUInt64(value);

    /// <inheritdoc/>
    public static bool TryRead(ref MessagePackReader reader, out byte value)
    {
        value = 0;
        if (!reader.TryReadUInt64(out ulong wide) || wide is > byte.MaxValue)
            return false;
        value = (byte)wide;
        return true;
    }

    /// <inheritdoc/>
    public static void Write(ref MessagePackWriter writer, ushort value) => writer.WriteUInt64(value);

    /// <inheritdoc/>
    public static bool TryRead(ref MessagePackReader reader, out ushort value)
    {
        value = 0;
        if (!reader.TryReadUInt64(out ulong wide) || wide is > ushort.MaxValue)
            return false;
        value = (ushort)wide;
        return true;
    }

    /// <inheritdoc/>
    public static void Write(ref MessagePackWriter writer, uint value) => writer.WriteUInt64(value);

    /// <inheritdoc/>
    public static bool TryRead(ref MessagePackReader reader, out uint value)
    {
        value = 0;
        if (!reader.TryReadUInt64(out ulong wide) || wide is > uint.MaxValue)
            return false;
        value = (uint)wide;
        return true;
    }

    /// <inheritdoc/>
    public static void Write(ref MessagePackWriter writer, long value) => writer.WriteInt64(value);

    /// <inheritdoc/>
    public static bool TryRead(ref MessagePackReader reader, out long value) => reader.TryReadInt64(out value);

    /// <inheritdoc/>
    public static void Write(ref MessagePackWriter writer, ulong value) => writer.WriteUInt64(value);

    /// <inheritdoc/>
    public static bool TryRead(ref MessagePackReader reader, out ulong value) => reader.TryReadUInt64(out value);

    /// <inheritdoc/>
    public static void Write(ref MessagePackWriter writer, Half value) => writer.WriteSingle((float)value);

    /// <inheritdoc/>
    public static bool TryRead(ref MessagePackReader reader, out Half value)
    {
        value = default;
        if (!reader.TryReadSingle(out float single) || (!float.IsNaN(single) && (float)(Half)single != single))
            return false;
        value = (Half)single;
        return true;
    }

    /// <inheritdoc/>
    public static void Write(ref MessagePackWriter writer, float value) => writer.WriteSingle(value);

    /// <inheritdoc/>
    public static bool TryRead(ref MessagePackReader reader, out float value) => reader.TryReadSingle(out value);

    /// <inheritdoc/>
    public static void Write(ref MessagePackWriter writer, double value) => writer.WriteDouble(value);

    /// <inheritdoc/>
    public static bool TryRead(ref MessagePackReader reader, out double value) => reader.TryReadDouble(out value);
}
