using System.Buffers;
using System.Text;
using Strata.Files.Layout;
using Strata.Files.Segments;
using Strata.TestKit;
using Strata.Tiers;

namespace Strata.Files.Tests.Support;

/// <summary>A store of a few small segments, and what its tests say to it.</summary>
internal static class TinyStore
{
    /// <summary>Bytes of a segment.</summary>
    public const int Seg = 8192;

    /// <summary>Options of a store of so many segments, pumped by the test itself.</summary>
    public static FileTierOptions Options(int segments, ManualTimeProvider time) => new FileTierOptions
    {
        CapacityBytes = segments * Seg + StoreHeader.FileBytes,
        SegmentBytes = Seg,
        AllowsTinySegments = true,
        WorksInBackground = false,
        WriteBufferBytes = 16 * Seg,
        RecoveredEntries = RecoveredEntries.Trusted,
        ReinsertedShare = 0,
        TimeProvider = time,
    }.Checked();

    public static byte[] Key(int i) => Encoding.UTF8.GetBytes($"key:{i}");

    public static TierRead Get(SegmentStore store, byte[] key, out byte[] value)
    {
        var to = new ArrayBufferWriter<byte>();
        TierRead read = store.Get(key, to);
        value = to.WrittenSpan.ToArray();
        return read;
    }
}
