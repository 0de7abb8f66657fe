using Xunit;

namespace Strata.House.Tests;

/// <summary>The result of a rule: the places that break it, each on a line of the failure.</summary>
internal static class Offences
{
    public static void AssertNone(IEnumerable<string> offences)
    {
        string[] found = [.. offences];
        if (found.Length > 0)
            Assert.Fail($"{found.Length} found:\n{string.Join('\n', found)}");
    }
}
