using Strata.Files.Tests.Support;
using Strata.Payloads.Encryption;
using Strata.Payloads.Envelopes;
using Strata.TestKit;
using Strata.TestKit.Bytes;
using Strata.TestKit.Tiers;
using Strata.Tiers;

namespace Strata.Files.Tests;

/// <summary>The same under an envelope with a key.</summary>
public sealed class EncryptedFileTierConformance : TierConformance<EnvelopedTier>
{
    private readonly TempDirectory _directory = new();
    private readonly EncryptionKeyRing _ring = new(1, TestBytes.Value(1, 32));
    private FileTier? _inner;

    protected override ValueTask<EnvelopedTier> CreateAsync(ManualTimeProvider time)
    {
        _inner = new FileTier(_directory.Path, FileTierConformance.Options(time));
        return new(new EnvelopedTier(_inner, new EnvelopeOptions { TimeProvider = time, EncryptionKeys = _ring }));
    }

    protected override async ValueTask DestroyAsync(EnvelopedTier tier)
    {
        await _inner!.DisposeAsync();
        _ring.Dispose();
        _directory.Dispose();
    }
}
