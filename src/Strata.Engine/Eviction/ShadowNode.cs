using System.Runtime.InteropServices;

namespace Strata.Engine.Eviction;

/// <summary>A sampled key in a <see cref="ShadowDirectory"/>: sixteen bytes, linked by indices into the directory's array, where 0 is none.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4, Size = NodeBytes)]
internal struct ShadowNode
{
    public const int NodeBytes = 16;

    /// <summary>Bits of the key's hash other than those that are sampled by.</summary>
    public uint Key;

    /// <summary>What the record takes.</summary>
    public int Bytes;

    /// <summary>The next node of the list that it stands in.</summary>
    public ushort Next;

    /// <summary>The next node of the same bucket.</summary>
    public ushort NextInBucket;

    public ShadowPlace Place;

    /// <summary>Hits, 0 to 3.</summary>
    public byte Frequency;

    /// <summary>The sparsest sample that the key still belongs to: the zeros at the end of its hash.</summary>
    public byte Rank;
}
