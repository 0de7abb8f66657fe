using Strata.Entries;
using Strata.Guards;
using Strata.Keys;
using Strata.Stacking;
using Strata.Tiers;

namespace Strata;

/// <summary>The tiers behind memory, in their places.</summary>
public sealed partial class TieredCache
{
    /// <summary>
    /// Waits until the tiers behind have got all that was queued for them, or that failed and is to be made up for: what was asked for before this call, and perhaps some of what comes meanwhile.
    /// </summary>
    /// <param name="cancellationToken">Stops waiting; nothing is lost by it.</param>
    /// <returns><c>true</c> when they have; <c>false</c> when a tier does not answer. What it lacks stays pending.</returns>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async ValueTask<bool> FlushAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        bool isDone = true;
        foreach (StackedTier tier in _tiers)
            isDone &= await tier.FlushAsync(cancellationToken).ConfigureAwait(false);
        return isDone;
    }

    private StackedTier[] Stack(TieredCacheOptions options)
    {
        var stack = new StackedTier[options.Tiers.Count];
        for (int i = 0; i < stack.Length; i++)
        {
            ICacheTier tier = options.Tiers[i];
            TierOptions settings = options.SettingsOf(tier);
            GuardOptions? guard = settings.Guard ?? (tier.Traits == TierTraits.None ? null : options.Guard);
            if (guard?.TimeProvider == TimeProvider.System)
                guard = guard with { TimeProvider = _time };
            stack[i] = new StackedTier(tier, settings, guard, _telemetry, i, _time, _clock, Told);
        }

        return stack;
    }

    /// <summary>A tier has got something late. Other nodes were told of it before, and may have read the former state of a tier that they share since.</summary>
    private void Told(StackedTier tier, PendingWrite write, TierWriteStatus status)
    {
        if (status == TierWriteStatus.Superseded)
            DropSuperseded(write.Key!);
        if ((tier.Traits & TierTraits.Shared) == 0)
            return;
        else if (write.Key is { } key)
            _backplane?.Publish(key);
        else if (write.Rule is { } rule)
            _backplane?.Publish(rule);
        else
            _backplane?.PublishEverything();
    }

    /// <summary>What a tier has a newer state of, memory does not keep.</summary>
    private void DropSuperseded(byte[] key)
    {
        _counters.CountSuperseded();
        uint fingerprint = KeyFingerprint.Compute(key);
        _flights.BeginWrite(key, fingerprint);
        try
        {
            _memory.Remove(key);
        }
        catch (ObjectDisposedException)
        {
            // It went with the cache.
        }
        finally
        {
            _flights.EndWrite(key, fingerprint);
        }
    }

    private bool Reads(StackedTier tier, in EntryOptions options) => tier.Options.IsRead && PolicyOf(options).Uses(tier.Name);

    private bool Writes(StackedTier tier, in EntryOptions options) => tier.Options.IsWritten && PolicyOf(options).Uses(tier.Name);
}
