namespace Strata.Payloads.MessagePack;

public ref partial struct MessagePackWriter
{
    /// <summary>Writes an integer in 1 to 9 bytes; those not below zero in the unsigned forms.</summary>
    /// <param name="value">The value.</param>
    public void WriteInt64(long value)
    {
        if (value >= 0)
            WriteUInt64((ulong)value);
        else if (value >= MessagePackCode.MinFixInt)
            WriteByte((byte)value);
        else if (value >= sbyte.MinValue)
            WriteHead(MessagePackCode.Int8, (byte)value);
        else if (value >= short.MinValue)
            WriteHead(MessagePackCode.Int16, (ushort)value);
        else if (value >= int.MinValue)
            WriteHead(MessagePackCode.Int32, (uint)value);
        else
            WriteHead(MessagePackCode.Int64, (ulong)value);
    }

    /// <summary>Writes an integer in 1 to 9 bytes.</summary>
    /// <param name="value">The value.</param>
    public void WriteUInt64(ulong value)
    {
        if (value <= MessagePackCode.MaxPositiveFixInt)
            WriteByte((byte)value);
        else if (value <= byte.MaxValue)
            WriteHead(MessagePackCode.UInt8, (byte)value);
        else if (value <= ushort.MaxValue)
            WriteHead(MessagePackCode.UInt16, (ushort)value);
        else if (value <= uint.MaxValue)
            WriteHead(MessagePackCode.UInt32, (uint)value);
        else
            WriteHead(MessagePackCode.UInt64, value);
    }

    /// <summary>Writes a number of 32 bits in floating point.</summary>
    /// <param name="value">The value.</param>
    public void WriteSingle(float value) => WriteHead(MessagePackCode.Float32, BitConverter.SingleToUInt32Bits(value));

    /// <summary>Writes a number of 64 bits in floating point.</summary>
    /// <param name="value">The value.</param>
    public void WriteDouble(double value) => WriteHead(MessagePackCode.Float64, BitConverter.DoubleToUInt64Bits(value));
}
