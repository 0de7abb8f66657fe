using System.Diagnostics.CodeAnalysis;
using Strata.Engine;
using Strata.Entries;
using Strata.Flights;
using Strata.Payloads;
using Strata.Tiers;

namespace Strata;

/// <summary>The general read of memory, with what is noted of an entry. The straight reads come here for every entry that is not simply fresh.</summary>
public sealed partial class TieredCache
{
    /// <summary>Whether a call reads memory at all.</summary>
    private bool ReadsMemory(in EntryOptions options) => (PolicyOf(options).Access & TierAccess.SkipMemoryRead) == 0;

    private bool WritesMemory(in EntryOptions options) => (PolicyOf(options).Access & TierAccess.SkipMemoryWrite) == 0;

    private bool WritesBehind(in EntryOptions options) => _tiers.Length != 0 && (PolicyOf(options).Access & TierAccess.SkipTierWrite) == 0;

    private EntryPolicy PolicyOf(in EntryOptions options) => options.Policy ?? _policy;

    /// <summary>Reads the entry of a key and judges it.</summary>
    /// <param name="key">The key.</param>
    /// <param name="payload">Receives the payload of a value, fresh or stale; cleared first.</param>
    /// <param name="policy">The caller's policy.</param>
    /// <param name="sight">What else was seen.</param>
    private EntryState Look(ReadOnlySpan<byte> key, PayloadBuffer payload, EntryPolicy policy, out EntrySight sight)
    {
        sight = default;
        payload.Clear();
        _memory.DropInvalidated(key);
        Span<byte> noteBytes = stackalloc byte[WriteOptions.MaxNotesBytes];
        ReadOutcome outcome = _memory.Look(key, payload, noteBytes, out EntryInfo info);
        if (outcome == ReadOutcome.Miss)
            return EntryState.None;
        EntryNotes notes = EntryNotes.Read(noteBytes[..info.NotesBytes]);
        if (notes.Has(NoteFlags.Nothing))
            return EntryState.Nothing;
        if (notes.Has(NoteFlags.Compressed) && !TryDecompress(payload))
        {
            _counters.CountUnreadable();
            return EntryState.None;
        }

        sight = EntrySight.Of(info, notes);
        if (outcome == ReadOutcome.Hit)
            return EntryState.Fresh;
        if (info.WasMadeStale)
            return EntryState.Stale;
        if (notes.Has(NoteFlags.Window))
        {
            BeginWindowAnew(key, noteBytes[..info.NotesBytes], notes);
            return EntryState.Fresh;
        }

        long freshMs = notes.FreshMs(info.ExpiresInMs);
        if (freshMs <= 0)
            return EntryState.Stale;
        sight.WantsRefresh = policy.ProbabilisticRefresh is not { } beta || -beta * notes.LoadMs * Math.Log(1 - Random.Shared.NextDouble()) >= freshMs;
        return EntryState.Fresh;
    }

    /// <summary>Whether a call takes "there is none" for an answer: one that loads does if its policy keeps such answers; else it would return what its factory never does.</summary>
    private bool KnowsNothing<TLoad, T>(in EntryOptions options)
        where TLoad : struct, ILoad<T> => TLoad.Kind == FlightKind.Lookup || PolicyOf(options).NegativeTtl is not null;

    /// <summary>Looks, and reads the value as the caller's type.</summary>
    /// <returns>Whether the call is answered: by a value, or by the knowledge that there is none.</returns>
    private bool TryLook<T, TLoad>(ReadOnlySpan<byte> key, TLoad load, in EntryOptions options, out CacheResult<T> result)
        where TLoad : struct, ILoad<T>
    {
        result = default;
        PayloadBuffer payload = PayloadBuffer.Rent();
        try
        {
            EntryState state = Look(key, payload, PolicyOf(options), out EntrySight sight);
            if (state == EntryState.Nothing && KnowsNothing<TLoad, T>(options))
            {
                result = CacheResult<T>.Nothing;
                return true;
            }

            if (state is EntryState.Stale or EntryState.Nothing)
                _counters.CountUnserved();
            if (state != EntryState.Fresh)
                return false;
            if (!load.TryRead(payload.WrittenSequence, out T? value))
            {
                _counters.CountUnreadable();
                _telemetry.Unreadable(_memory.Name);
                return false;
            }

            if (sight.WantsRefresh && TLoad.Kind == FlightKind.Load)
                StartRefresh<T, TLoad>(key, load, options);
            result = new(value);
            return true;
        }
        finally
        {
            payload.Return();
        }
    }

    private void BeginWindowAnew(ReadOnlySpan<byte> key, ReadOnlySpan<byte> noteBytes, in EntryNotes notes)
    {
        long leftMs = notes.Has(NoteFlags.End) ? Math.Min(notes.WindowMs, notes.EndMs - NowMs) : notes.WindowMs;
        if (leftMs <= 0)
            return;
        TimeSpan left = TimeSpan.FromMilliseconds(leftMs);
        TimeSpan step = EntryLife.WindowStep(TimeSpan.FromMilliseconds(notes.WindowMs));
        _memory.Extend(key, noteBytes, step < left ? step : left, left);
    }
}
