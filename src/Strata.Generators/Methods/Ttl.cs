namespace Strata.Generators.Methods;

/// <summary>Reads times to live as attributes have them: <c>"1d12h"</c>, <c>"500ms"</c>.</summary>
internal static class Ttl
{
    /// <summary>The longest time to live of the cache, some 34 years.</summary>
    private const long MaxMs = 1L << 40;

    private static readonly (string Unit, long Ms)[] Units = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];

    /// <summary>The time in milliseconds, or <c>null</c> when the text is none, or is out of bounds.</summary>
    public static long? ReadMs(string text)
    {
        long totalMs = 0;
        int at = 0;
        int unit = 0;
        while (at < text.Length)
        {
            int digits = at;
            while (digits < text.Length && text[digits] is >= '0' and <= '9')
                digits++;
            int end = digits;
            while (end < text.Length && text[end] is not (>= '0' and <= '9'))
                end++;
            // The units fall, so each comes once; numbers of up to ten digits cannot overflow.
            int found = Array.FindIndex(Units, unit, each => each.Unit == text.Substring(digits, end - digits));
            if (digits == at || digits - at > 10 || found < 0)
                return null;
            totalMs += long.Parse(text.Substring(at, digits - at)) * Units[found].Ms;
            unit = found + 1;
            at = end;
            if (totalMs > MaxMs)
                return null;
        }

        return totalMs > 0 ? totalMs : null;
    }
}
