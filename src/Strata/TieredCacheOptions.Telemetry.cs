using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using Strata.Telemetry;

namespace Strata;

/// <content>How a cache is watched.</content>
public sealed partial class TieredCacheOptions
{
    private const int MaxNameLength = 64;

    /// <summary>
    /// The name of the cache in metrics (the tag <c>dotnet.cache.name</c>), traces and logs, 1 to 64 characters of printable text. Default <c>default</c>. It is no key: two caches never share entries, whatever their names; of caches
    /// with one name and one meter the sums are reported.
    /// </summary>
    public string Name { get; set; } = "default";

    /// <summary>Makes the meter <c>Strata</c> of the cache's instruments. Default <c>null</c>: one meter of this name that all such caches of the process share.</summary>
    public IMeterFactory? MeterFactory { get; set; }

    /// <summary>Makes the logger, of category <c>Strata.TieredCache</c>. Default <c>null</c>: nothing is logged. What a logger throws reaches no caller of the cache.</summary>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>
    /// Whether messages of the log show the keys they are about, escaped, and of long ones the first bytes. Default <c>false</c>: they show their lengths. Values are never shown; an exception that a factory throws is logged as it is.
    /// </summary>
    public bool LogsKeys { get; set; }

    /// <summary>Is told what the cache does. Default <c>null</c>: nobody, and it costs nothing.</summary>
    public CacheEvents? Events { get; set; }

    private void CheckName()
    {
        if (Name is null)
            throw new ArgumentNullException(nameof(Name), $"{nameof(Name)} is null; leave it at \"default\" or give 1 to {MaxNameLength} characters.");
        if (Name.Length is 0 or > MaxNameLength)
            throw new ArgumentException($"{nameof(Name)} has {Name.Length} characters; a name has 1 to {MaxNameLength}.", nameof(Name));
        for (int i = 0; i < Name.Length;)
        {
            if (Rune.DecodeFromUtf16(Name.AsSpan(i), out Rune rune, out int length) != System.Buffers.OperationStatus.Done || !IsPrintable(rune))
                throw new ArgumentException($"{nameof(Name)} has U+{(int)Name[i]:X4} at {i}; a name is printable text.", nameof(Name));
            i += length;
        }
    }

    private static bool IsPrintable(Rune rune) => Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
}
