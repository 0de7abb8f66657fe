using Xunit;

namespace Strata.Generators.Tests.Compiling;

/// <summary>The text a generator is expected to write.</summary>
internal static class GoldenFile
{
    /// <summary>Asserts that a text is that of a file in the folder Golden. With STRATA_GOLDEN set to that folder, the file is written instead.</summary>
    public static void Matches(string name, string actual)
    {
        if (Environment.GetEnvironmentVariable("STRATA_GOLDEN") is { Length: > 0 } folder)
        {
            string path = Path.Combine(folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual);
            return;
        }

        using Stream? stream = typeof(GoldenFile).Assembly.GetManifestResourceStream(name);
        Assert.True(stream is not null, $"There is no golden file {name}.");
        using var reader = new StreamReader(stream);
        Assert.Equal(reader.ReadToEnd().ReplaceLineEndings("\n"), actual.ReplaceLineEndings("\n"));
    }
}
