using System.Buffers.Binary;
using System.Runtime.Intrinsics;

namespace Strata.Lab.Measure;

/// <summary>
/// Consumes every byte of a value, in the same way for every subject: 32 bytes at a time into one accumulator that two subjects
/// which read the same values, in any order, leave alike.
/// </summary>
internal struct Checksum
{
    private Vector256<ulong> _lanes;
    private ulong _rest;

    public void Add(ReadOnlySpan<byte> value)
    {
        // In a register: a sum in memory would wait for itself longer than for the bytes.
        Vector256<ulong> lanes = _lanes;
        while (value.Length >= Vector256<byte>.Count)
        {
            lanes += Vector256.Create(value).AsUInt64();
            value = value[Vector256<byte>.Count..];
        }

        _lanes = lanes;
        while (value.Length >= sizeof(uint))
        {
            _rest += BinaryPrimitives.ReadUInt32LittleEndian(value);
            value = value[sizeof(uint)..];
        }

        foreach (byte one in value)
            _rest += one;
    }

    public readonly ulong Sum => _lanes[0] + _lanes[1] + _lanes[2] + _lanes[3] + _rest;
}
