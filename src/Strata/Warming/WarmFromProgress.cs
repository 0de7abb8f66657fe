namespace Strata.Warming;

/// <summary>How far a warm-up from a tier is, and at its end what came of it: each entry that the tier listed counts once.</summary>
/// <param name="Fresh">Entries brought to memory as hits.</param>
/// <param name="Stale">Entries brought to memory as stale: to be loaded anew, and served when that fails or is late.</param>
/// <param name="AlreadyThere">Entries that memory had, or that somebody was loading or writing.</param>
/// <param name="StaleSkipped">Stale entries that were left out, because there is no <see cref="Entries.EntryPolicy.StaleGrace"/> to serve them in.</param>
/// <param name="Gone">Entries that the tier had no longer when they were read, or only damaged, or that were written, removed, invalidated or asked for while they were.</param>
/// <param name="Failed">Entries that the tier did not answer for, or that memory had no room for.</param>
/// <param name="Bytes">The bytes of keys and values that were brought to memory.</param>
/// <param name="Elapsed">The time since the start.</param>
public readonly record struct WarmFromProgress(long Fresh, long Stale, long AlreadyThere, long StaleSkipped, long Gone, long Failed, long Bytes, TimeSpan Elapsed)
{
    /// <summary>All entries that are done.</summary>
    public long Done => Fresh + Stale + AlreadyThere + StaleSkipped + Gone + Failed;
}
