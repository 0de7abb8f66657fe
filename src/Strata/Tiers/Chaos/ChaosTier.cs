using System.Buffers;
using Strata.Entries;
using Strata.Invalidation;
using Strata.Payloads;

namespace Strata.Tiers.Chaos;

/// <summary>
/// A tier in which things go wrong, for tests: at random by <see cref="ChaosOptions"/>, and all at once while <see cref="IsPartitioned"/> or <see cref="IsFrozen"/>. Put it between a cache and a real tier.
/// </summary>
/// <remarks>What happens to the n-th call depends on the seed and n alone, so a run with one caller is the same each time. Safe for any number of threads. The tier inside stays its owner's to dispose.</remarks>
public sealed class ChaosTier : ICacheTier
{
    private readonly ICacheTier _inner;
    private readonly ChaosOptions _options;
    private volatile TaskCompletionSource? _thaw;
    private volatile bool _isPartitioned;
    private long _calls;
    private long _faults;
    private long _throws;
    private long _lostAnswers;
    private long _lostWrites;
    private long _corruptions;

    /// <summary>Wraps a tier.</summary>
    /// <param name="inner">The tier, as it should be.</param>
    /// <param name="options">What goes wrong; <c>null</c> for nothing.</param>
    public ChaosTier(ICacheTier inner, ChaosOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(inner);
        _inner = inner;
        _options = options ?? new ChaosOptions();
    }

    private enum Fate
    {
        Done,
        Fault,
        LostAnswer,
        LostWrite,
        Corrupt,
    }

    /// <inheritdoc/>
    public string Name => _inner.Name;

    /// <inheritdoc/>
    public TierTraits Traits => _inner.Traits;

    /// <summary>Whether the tier cannot be reached: every call answers a fault and does nothing.</summary>
    public bool IsPartitioned
    {
        get => _isPartitioned;
        set => _isPartitioned = value;
    }

    /// <summary>Whether the tier stands still, like a process that was stopped: calls wait, whatever their tokens say, and do what they were to do when it goes on.</summary>
    public bool IsFrozen
    {
        get => _thaw is not null;
        set
        {
            TaskCompletionSource? thaw = _thaw;
            if (value && thaw is null)
            {
                _thaw = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
            else if (!value && thaw is not null)
            {
                _thaw = null;
                thaw.SetResult();
            }
        }
    }

    /// <summary>What was done to the calls so far.</summary>
    public ChaosStatistics Statistics => new()
    {
        Calls = Volatile.Read(ref _calls),
        Faults = Volatile.Read(ref _faults),
        Throws = Volatile.Read(ref _throws),
        LostAnswers = Volatile.Read(ref _lostAnswers),
        LostWrites = Volatile.Read(ref _lostWrites),
        Corruptions = Volatile.Read(ref _corruptions),
    };

    /// <inheritdoc/>
    /// <remarks>Nothing goes wrong in it: it is a hint, and what is read by it is a call of its own.</remarks>
    public IAsyncEnumerable<RecentEntry>? ListRecent() => _inner.ListRecent();

    /// <inheritdoc/>
    /// <exception cref="IOException">By <see cref="ChaosOptions.ThrowShare"/>.</exception>
    public async ValueTask<TierRead> GetAsync(ReadOnlyMemory<byte> key, IBufferWriter<byte> destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        TierArguments.ThrowIfNotKey(key);
        long call = Interlocked.Increment(ref _calls);
        Fate fate = await MeetAsync(call, isWrite: false, cancellationToken).ConfigureAwait(false);
        if (fate == Fate.Fault)
            return TierRead.Nothing(TierReadStatus.Faulted);
        if (fate != Fate.Corrupt)
            return await _inner.GetAsync(key, destination, cancellationToken).ConfigureAwait(false);
        PayloadBuffer buffer = PayloadBuffer.Rent();
        try
        {
            TierRead read = await _inner.GetAsync(key, buffer, cancellationToken).ConfigureAwait(false);
            Span<byte> value = buffer.LengthBytes == 0 ? [] : destination.GetSpan(buffer.LengthBytes)[..buffer.LengthBytes];
            if (value.Length > 0)
            {
                buffer.WrittenSpan.CopyTo(value);
                long bit = (long)(Draw(call, 7) * value.Length * 8);
                value[(int)(bit / 8)] ^= (byte)(1 << (int)(bit % 8));
                destination.Advance(value.Length);
                Interlocked.Increment(ref _corruptions);
            }

            return read;
        }
        finally
        {
            buffer.Return();
        }
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">By <see cref="ChaosOptions.ThrowShare"/>.</exception>
    public ValueTask<TierWriteStatus> SetAsync(ReadOnlyMemory<byte> key, ReadOnlySequence<byte> value, EntryOptions options = default, CancellationToken cancellationToken = default)
    {
        TierArguments.ThrowIfNotKey(key);
        return WriteAsync((key, value, options), static (inner, of, token) => inner.SetAsync(of.key, of.value, of.options, token), cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">By <see cref="ChaosOptions.ThrowShare"/>.</exception>
    public ValueTask<TierWriteStatus> RemoveAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken = default)
    {
        TierArguments.ThrowIfNotKey(key);
        return WriteAsync(key, static (inner, key, token) => inner.RemoveAsync(key, token), cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">By <see cref="ChaosOptions.ThrowShare"/>.</exception>
    public ValueTask<TierWriteStatus> ClearAsync(CancellationToken cancellationToken = default) => WriteAsync(0, static (inner, _, token) => inner.ClearAsync(token), cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="IOException">By <see cref="ChaosOptions.ThrowShare"/>.</exception>
    public ValueTask<TierWriteStatus> InvalidateAsync(InvalidationRule rule, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return WriteAsync(rule, static (inner, rule, token) => inner.InvalidateAsync(rule, token), cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">By <see cref="ChaosOptions.ThrowShare"/>.</exception>
    public ValueTask<TierWriteStatus> MarkStaleAsync(CancellationToken cancellationToken = default) => WriteAsync(0, static (inner, _, token) => inner.MarkStaleAsync(token), cancellationToken);

    private async ValueTask<TierWriteStatus> WriteAsync<TState>(TState state, Func<ICacheTier, TState, CancellationToken, ValueTask<TierWriteStatus>> write, CancellationToken cancellationToken)
    {
        bool wasFrozen = IsFrozen;
        Fate fate = await MeetAsync(Interlocked.Increment(ref _calls), isWrite: true, cancellationToken).ConfigureAwait(false);
        if (fate is Fate.Fault or Fate.LostWrite)
            return fate == Fate.Fault ? TierWriteStatus.Faulted : TierWriteStatus.Done;
        // What froze on its way goes on when nobody waits for it any more.
        TierWriteStatus status = await write(_inner, state, wasFrozen ? CancellationToken.None : cancellationToken).ConfigureAwait(false);
        return fate == Fate.LostAnswer ? TierWriteStatus.Faulted : status;
    }

    /// <summary>Has a call meet its fate, and says what is left to do.</summary>
    private async ValueTask<Fate> MeetAsync(long call, bool isWrite, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Draw(call, 0) < _options.LatencyShare)
            await Task.Delay(_options.MaxLatency * Draw(call, 1), _options.TimeProvider, cancellationToken).ConfigureAwait(false);
        if (_thaw is { } thaw)
            await thaw.Task.ConfigureAwait(false);
        if (_isPartitioned || Draw(call, 2) < _options.FaultShare)
            return Count(ref _faults, Fate.Fault);
        if (Draw(call, 3) < _options.ThrowShare)
        {
            Count(ref _throws, Fate.Fault);
            throw new IOException("The tier was told to fail.");
        }

        if (!isWrite)
            return Draw(call, 4) < _options.CorruptShare ? Fate.Corrupt : Fate.Done;
        if (Draw(call, 5) < _options.LostAnswerShare)
            return Count(ref _lostAnswers, Fate.LostAnswer);
        return Draw(call, 6) < _options.LostWriteShare ? Count(ref _lostWrites, Fate.LostWrite) : Fate.Done;
    }

    private static Fate Count(ref long counter, Fate fate)
    {
        Interlocked.Increment(ref counter);
        return fate;
    }

    /// <summary>A number of 0 to 1 that depends on the seed, the call and the question (the mixing function of SplitMix64: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", 2014).</summary>
    private double Draw(long call, int question) => (Mix(Mix((ulong)_options.Seed) + (((ulong)call << 3) | (uint)question)) >> 11) * (1.0 / (1L << 53));

    private static ulong Mix(ulong number)
    {
        ulong mixed = number * 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
}
