using System.Buffers.Binary;

namespace Strata.Payloads.MessagePack;

public ref partial struct MessagePackReader
{
    private const long MaxExactInDouble = 1L << 53;

    /// <summary>Reads an integer, whatever form it was written in.</summary>
    /// <param name="value">The value.</param>
    public bool TryReadInt64(out long value)
    {
        byte code = NextCode;
        value = (sbyte)code;
        if (code is <= MessagePackCode.MaxPositiveFixInt or >= MessagePackCode.MinNegativeFixInt)
        {
            Take(1);
            return true;
        }

        value = 0;
        if (code is < MessagePackCode.UInt8 or > MessagePackCode.Int64)
            return false;
        ReadOnlySpan<byte> tail = Tail;
        int bytes = 1 << (code & 3);
        if (tail.Length < bytes)
            return false;
        value = code switch
        {
            MessagePackCode.UInt8 => tail[0],
            MessagePackCode.UInt16 => BinaryPrimitives.ReadUInt16BigEndian(tail),
            MessagePackCode.UInt32 => BinaryPrimitives.ReadUInt32BigEndian(tail),
            MessagePackCode.Int8 => (sbyte)tail[0],
            MessagePackCode.Int16 => BinaryPrimitives.ReadInt16BigEndian(tail),
            MessagePackCode.Int32 => BinaryPrimitives.ReadInt32BigEndian(tail),
            _ => BinaryPrimitives.ReadInt64BigEndian(tail),
        };
        if (code == MessagePackCode.UInt64 && value < 0)
        {
            value = 0;
            return false;
        }

        Take(1 + bytes);
        return true;
    }

    /// <summary>Reads an integer that is not below zero, whatever form it was written in.</summary>
    /// <param name="value">The value.</param>
    public bool TryReadUInt64(out ulong value)
    {
        if (NextCode == MessagePackCode.UInt64)
        {
            if (!BinaryPrimitives.TryReadUInt64BigEndian(Tail, out value))
                return false;
            Take(1 + sizeof(ulong));
            return true;
        }

        MessagePackReader start = this;
        if (TryReadInt64(out long signed) && signed >= 0)
        {
            value = (ulong)signed;
            return true;
        }

        this = start;
        value = 0;
        return false;
    }

    /// <summary>Reads a number in floating point, or an integer, if 32 bits hold it exactly.</summary>
    /// <param name="value">The value.</param>
    public bool TryReadSingle(out float value)
    {
        MessagePackReader start = this;
        if (TryReadDouble(out double wide))
        {
            value = (float)wide;
            if (value == wide || double.IsNaN(wide))
                return true;
        }

        this = start;
        value = 0;
        return false;
    }

    /// <summary>Reads a number in floating point, or an integer, if 64 bits hold it exactly.</summary>
    /// <param name="value">The value.</param>
    public bool TryReadDouble(out double value)
    {
        switch (NextCode)
        {
            case MessagePackCode.Float64:
                if (!BinaryPrimitives.TryReadDoubleBigEndian(Tail, out value))
                    return false;
                Take(1 + sizeof(double));
                return true;
            case MessagePackCode.Float32:
                value = 0;
                if (!BinaryPrimitives.TryReadSingleBigEndian(Tail, out float single))
                    return false;
                value = single;
                Take(1 + sizeof(float));
                return true;
            default:
                MessagePackReader start = this;
                if (TryReadInt64(out long integer) && integer is >= -MaxExactInDouble and <= MaxExactInDouble)
                {
                    value = integer;
                    return true;
                }

                this = start;
                value = 0;
                return false;
        }
    }
}
