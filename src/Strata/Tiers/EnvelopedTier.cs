using Strata.Invalidation;
using Strata.Payloads.Envelopes;

namespace Strata.Tiers;

/// <summary>
/// A tier whose values leave the process, with an envelope around each: compressed, encrypted if there are keys, and sealed together with its key (<see cref="EnvelopeFormat"/>). The tier inside sees
/// keys and envelopes only. Whatever does not open is a miss and is counted.
/// </summary>
/// <remarks>
/// <para>An entry ends when its own time to live is over by this process's clock, or when the tier inside says so, whichever comes first; a value within its stale grace is <see cref="TierReadStatus.Stale"/>.
/// An entry without a time to live takes the default of the tier inside.</para>
/// <para>Keys and tags are not encrypted. The tier inside and the key ring stay the caller's to dispose. Safe for any number of threads; a hit without tags allocates nothing of its own.</para>
/// </remarks>
public sealed partial class EnvelopedTier : ICacheTier
{
    private readonly ICacheTier _inner;
    private readonly EnvelopeFormat _format;
    private readonly TimeProvider _time;
    private readonly HybridClock _clock;

    // By EnvelopeRead.
    private readonly long[] _reads = new long[(int)EnvelopeRead.TooLarge + 1];

    /// <summary>Wraps a tier.</summary>
    /// <param name="inner">The tier that keeps the envelopes.</param>
    /// <param name="options">What the envelopes are like; <c>null</c> takes the defaults.</param>
    /// <exception cref="ArgumentException">An option is outside its bounds or contradicts another one; the message names them.</exception>
    public EnvelopedTier(ICacheTier inner, EnvelopeOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(inner);
        options ??= new EnvelopeOptions();
        _inner = inner;
        _format = new EnvelopeFormat(options);
        _time = options.TimeProvider;
        _clock = new HybridClock(_time);
    }

    /// <inheritdoc/>
    public string Name => _inner.Name;

    /// <inheritdoc/>
    public TierTraits Traits => _inner.Traits;

    /// <summary>What did not open so far, by reason.</summary>
    public EnvelopeFaults Faults => new()
    {
        NotAnEnvelope = Count(EnvelopeRead.NotAnEnvelope),
        UnknownVersion = Count(EnvelopeRead.UnknownVersion),
        UnknownCodec = Count(EnvelopeRead.UnknownCodec),
        Damaged = Count(EnvelopeRead.Damaged),
        WrongKey = Count(EnvelopeRead.WrongKey),
        UnknownEncryptionKey = Count(EnvelopeRead.UnknownEncryptionKey),
        NotEncrypted = Count(EnvelopeRead.NotEncrypted),
        TooLarge = Count(EnvelopeRead.TooLarge),
    };

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes.</exception>
    public ValueTask<TierWriteStatus> RemoveAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken = default) => _inner.RemoveAsync(key, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<TierWriteStatus> InvalidateAsync(InvalidationRule rule, CancellationToken cancellationToken = default) => _inner.InvalidateAsync(rule, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<TierWriteStatus> MarkStaleAsync(CancellationToken cancellationToken = default) => _inner.MarkStaleAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask<TierWriteStatus> ClearAsync(CancellationToken cancellationToken = default) => _inner.ClearAsync(cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<RecentEntry>? ListRecent() => _inner.ListRecent();

    /// <inheritdoc/>
    public ValueTask RemoveManyAsync(ReadOnlyMemory<ReadOnlyMemory<byte>> keys, Memory<TierWriteStatus> results, CancellationToken cancellationToken = default) =>
        _inner.RemoveManyAsync(keys, results, cancellationToken);

    private long Count(EnvelopeRead read) => Volatile.Read(ref _reads[(int)read]);

    private long NowMs() => Math.Max(1, _time.GetUtcNow().ToUnixTimeMilliseconds());
}
