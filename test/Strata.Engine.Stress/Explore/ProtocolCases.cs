using Strata.Engine.Stress.Explore.Model;
using Strata.Engine.Stress.Explore.Protocols;

namespace Strata.Engine.Stress.Explore;

/// <summary>Every protocol, first as it is, then with each of its faults.</summary>
internal static class ProtocolCases
{
    public static IReadOnlyList<ProtocolCase> All { get; } =
    [
        .. Of<ValidatedReadFault>("validated read against recycling", ValidatedRead.Build),
        .. Of<HazardPinFault>("hazard pin against reclaiming", HazardPin.Build),
        .. Of<PinnedOverwriteFault>("hazard pin against overwriting in place", PinnedOverwrite.Build),
        .. Of<OverwriteInPlaceFault>("validated read against overwriting in place", OverwriteInPlace.Build),
        .. Of<SlotMoveFault>("validated read against moving a slot", SlotMove.Build),
        .. Of<BucketSplitFault>("validated miss against splitting a bucket", BucketSplit.Build),
        .. Of<BucketMergeFault>("validated miss against merging a bucket", BucketMerge.Build),
        .. Of<BucketSplitMergeFault>("validated miss against a split and a merge", BucketSplitMerge.Build),
        .. Of<IndexPageParkFault>("validated read against parking a page of the index", IndexPagePark.Build),
        .. Of<ClearByEpochFault>("validated read against clearing by epoch", ClearByEpoch.Build),
    ];

    private static IEnumerable<ProtocolCase> Of<TFault>(string protocol, Func<TFault, Scenario> build)
        where TFault : struct, Enum =>
        Enum.GetValues<TFault>().Select(fault => new ProtocolCase(protocol, fault.ToString() == "None" ? null : Words(fault), () => build(fault)));

    /// <summary>"NoReadBarrier" as "no read barrier".</summary>
    private static string Words<TFault>(TFault fault)
        where TFault : struct, Enum =>
        string.Concat(fault.ToString().Select((letter, i) => char.IsUpper(letter) ? (i > 0 ? " " : "") + char.ToLowerInvariant(letter) : letter.ToString()));
}
