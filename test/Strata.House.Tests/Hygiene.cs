using System.Text.RegularExpressions;

namespace Strata.House.Tests;

/// <summary>What no file of the repository may hold. The patterns are written so that this file does not hold them either.</summary>
internal static partial class Hygiene
{
    /// <summary>Says what is wrong with a line, or null.</summary>
    public static string? Objection(string line)
    {
        if (RegistryHost().IsMatch(line))
            return "names a package registry";
        if (MachinePath().IsMatch(line))
            return "names a path of one machine";
        if (SkippedTest().IsMatch(line))
            return "skips a test";
        return Unfinished().IsMatch(line) ? "is not finished" : null;
    }

    [GeneratedRegex(@"\b(nuget[.]org|nuget[.]pkg[.]github|pkgs[.]dev[.]azure|myget[.]org|artifactor[y]|jfro[g]|v3/index[.]json)\b", RegexOptions.IgnoreCase)]
    private static partial Regex RegistryHost();

    [GeneratedRegex(@"(?<![\w.~/-])/(home|root|work|Users|mnt)/\w|\b[A-Za-z]:[\\]+(Users|Documents)\b")]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"\bSkip\s*[=]\s*""|\b(SkipUnless|SkipWhen)\s*[=]|\bAssert[.]Skip|\b(Explicit)\s*[=]\s*true")]
    private static partial Regex SkippedTest();

    [GeneratedRegex(@"\b(TO[D]O|FIX[M]E|HA[C]K|XX[X])\b|NotImplemented[E]xception")]
    private static partial Regex Unfinished();
}
