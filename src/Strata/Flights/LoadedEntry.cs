using Strata.Entries;

namespace Strata.Flights;

/// <summary>What a flight of a batch brought, on its way to the tiers.</summary>
/// <param name="Flight">The flight.</param>
/// <param name="Payload">The value.</param>
/// <param name="Options">How it is kept.</param>
/// <param name="WritesThrough">Whether it goes to the tiers at all.</param>
internal readonly record struct LoadedEntry(Flight Flight, byte[] Payload, EntryOptions Options, bool WritesThrough);
