using System.Collections.Immutable;

namespace Strata.Payloads.Envelopes;

/// <summary>What an envelope says of its payload.</summary>
public readonly record struct EnvelopeHeader
{
    /// <summary>The logical time of the write; of two values of one key the one with the higher timestamp is the newer. 0: none.</summary>
    public long Timestamp { get; init; }

    /// <summary>When the envelope was made, in milliseconds since the beginning of 1970 (UTC), by its writer's clock; not negative.</summary>
    public long CreatedMs { get; init; }

    /// <summary>How long the value is fresh from then on, in milliseconds. 0: it does not expire.</summary>
    public long TtlMs { get; init; }

    /// <summary>How long it may be served after that, in milliseconds.</summary>
    public long StaleGraceMs { get; init; }

    /// <summary>What the entry belongs to, within the bounds of <see cref="Entries.EntryOptions.Tags"/>.</summary>
    public ImmutableArray<string> Tags
    {
        get => field.IsDefault ? [] : field;
        init;
    }

    /// <summary>How long the value is fresh at a moment of the reader's clock; zero or less when it is not. A clock that is behind the writer's adds nothing.</summary>
    /// <param name="nowMs">The moment, in milliseconds since the beginning of 1970 (UTC).</param>
    /// <returns>Milliseconds; <see cref="long.MaxValue"/> when it does not expire.</returns>
    public long FreshForMs(long nowMs) => TtlMs == 0 ? long.MaxValue : TtlMs - Math.Max(0, nowMs - CreatedMs);
}
