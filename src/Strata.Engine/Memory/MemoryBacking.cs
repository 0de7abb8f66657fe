using System.Globalization;

namespace Strata.Engine.Memory;

/// <summary>What the system says of a range of memory.</summary>
internal sealed unsafe record MemoryBacking(long ResidentBytes, long HugePageBytes)
{
    private const string Map = "/proc/self/smaps";

    /// <summary>
    /// Adds up the parts of the process's map that lie in a range. Null where there is no map, and where a part reaches over an end of the range: then
    /// nobody can tell what of it is the range's.
    /// </summary>
    public static MemoryBacking? TryRead(byte* start, long lengthBytes)
    {
        if (!OperatingSystem.IsLinux())
            return null;
        try
        {
            return Read(File.ReadLines(Map), (ulong)start, (ulong)start + (ulong)lengthBytes);
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The same, from the lines of such a map: a line of addresses, then lines of a name, a colon and kibibytes.</summary>
    internal static MemoryBacking? Read(IEnumerable<string> lines, ulong start, ulong end)
    {
        long resident = 0, huge = 0;
        bool isInside = false, isAcross = false;
        foreach (string line in lines)
        {
            if (TryReadAddresses(line, out ulong first, out ulong last))
            {
                isInside = first >= start && last <= end;
                isAcross = !isInside && first < end && last > start;
            }
            else if (TryReadBytes(line, "Rss:", out long bytes))
            {
                if (isAcross && bytes != 0)
                    return null;
                resident += isInside ? bytes : 0;
            }
            else if (isInside && TryReadBytes(line, "AnonHugePages:", out bytes))
            {
                huge += bytes;
            }
        }

        return new MemoryBacking(resident, huge);
    }

    private static bool TryReadAddresses(ReadOnlySpan<char> line, out ulong first, out ulong last)
    {
        first = last = 0;
        int dash = line.IndexOf('-'), space = line.IndexOf(' ');
        return dash > 0 && space > dash
            && ulong.TryParse(line[..dash], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out first)
            && ulong.TryParse(line[(dash + 1)..space], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out last);
    }

    private static bool TryReadBytes(ReadOnlySpan<char> line, string name, out long bytes)
    {
        const string Unit = " kB";
        bytes = 0;
        if (!line.StartsWith(name, StringComparison.Ordinal) || !line.EndsWith(Unit, StringComparison.Ordinal)
            || !long.TryParse(line[name.Length..^Unit.Length], NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out long kibibytes))
            return false;
        bytes = kibibytes << 10;
        return true;
    }
}
