using Strata.Engine.Removals;

namespace Strata.Engine.Tests.Removals;

/// <summary>A copy of what a listener was told.</summary>
internal sealed record Removal(RemovalReason Reason, byte[] Key, byte[]? Value, int ValueBytes, long EntryCount, byte[] Notes)
{
    public static Removal Of(in RemovedEntry entry) =>
        new(entry.Reason, entry.Key.ToArray(), entry.HasValue ? entry.Value.ToArray() : null, entry.ValueBytes, entry.EntryCount, entry.Notes.ToArray());
}
