using Strata.Payloads.Encryption;
using Strata.Payloads.Envelopes;
using Strata.TestKit;
using Strata.TestKit.Bytes;
using Strata.TestKit.Tiers;
using Strata.Tiers;

namespace Strata.Tests.Tiers;

/// <summary>An envelope, encrypted or not, must not show in how a tier behaves.</summary>
public abstract class EnvelopedTierConformance(EncryptionKeyRing? ring) : TierConformance<EnvelopedTier>
{
    private MemoryTier? _inner;

    protected override ValueTask<EnvelopedTier> CreateAsync(ManualTimeProvider time)
    {
        _inner = new MemoryTier(new MemoryTierOptions { CapacityBytes = 4 << 20, TimeProvider = time, BackgroundMaintenance = false });
        return new(new EnvelopedTier(_inner, new EnvelopeOptions { TimeProvider = time, EncryptionKeys = ring }));
    }

    protected override ValueTask DestroyAsync(EnvelopedTier tier)
    {
        _inner?.Dispose();
        ring?.Dispose();
        return ValueTask.CompletedTask;
    }

    public sealed class Plain() : EnvelopedTierConformance(null);

    public sealed class Encrypted() : EnvelopedTierConformance(new EncryptionKeyRing(1, TestBytes.Value(1, 32)));
}
