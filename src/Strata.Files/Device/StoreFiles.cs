using System.Globalization;

namespace Strata.Files.Device;

/// <summary>The names of a store's files.</summary>
internal static class StoreFiles
{
    public const string StoreName = "strata.store";
    private const string SegmentSuffix = ".segment";
    private const int SegmentDigits = 5;

    public static string NameOf(int segment) => segment.ToString("D5", CultureInfo.InvariantCulture) + SegmentSuffix;

    public static bool IsOurs(string name) => name == StoreName || TryParse(name, out _);

    public static bool TryParse(string name, out int segment)
    {
        segment = 0;
        return name.Length == SegmentDigits + SegmentSuffix.Length && name.EndsWith(SegmentSuffix, StringComparison.Ordinal)
            && int.TryParse(name.AsSpan(0, SegmentDigits), NumberStyles.None, CultureInfo.InvariantCulture, out segment);
    }
}
