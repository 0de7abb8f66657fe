using System.Buffers;
using Strata.Entries;

namespace Strata.Tiers;

/// <summary>One entry of a bulk write.</summary>
/// <param name="Key">The key, 1 to 4096 bytes.</param>
/// <param name="Value">The value. Valid only while the call it is given to runs.</param>
/// <param name="Options">How it is kept.</param>
public readonly record struct TierEntry(ReadOnlyMemory<byte> Key, ReadOnlySequence<byte> Value, EntryOptions Options);
