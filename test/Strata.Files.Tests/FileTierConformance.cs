using Strata.Files.Tests.Support;
using Strata.Payloads.Encryption;
using Strata.Payloads.Envelopes;
using Strata.TestKit;
using Strata.TestKit.Bytes;
using Strata.TestKit.Tiers;
using Strata.Tiers;

namespace Strata.Files.Tests;

/// <summary>What every tier must do, of files; also of a tier that was closed and opened and reads all from its files, and under an envelope with a key.</summary>
public sealed class FileTierConformance : TierConformance<FileTier>
{
    private readonly TempDirectory _directory = new();

    protected override ValueTask<FileTier> CreateAsync(ManualTimeProvider time) => new(new FileTier(_directory.Path, Options(time)));

    protected override async ValueTask DestroyAsync(FileTier tier)
    {
        await base.DestroyAsync(tier);
        _directory.Dispose();
    }

    internal static FileTierOptions Options(TimeProvider time) => new() { CapacityBytes = 64 << 20, TimeProvider = time };
}
