using System.Reflection;
using System.Text;
using Microsoft.CodeAnalysis;
using Strata.House.Tests.Repository;
using Xunit;

namespace Strata.House.Tests.Samples;

public sealed class SampleTests
{
    public static TheoryData<string> Readmes() => [.. RepositoryFiles.All.Where(path => Path.GetFileName(path) == "README.md" && Samples(path).Any())];

    [Theory]
    [MemberData(nameof(Readmes))]
    public void Samples_OfReadme_Compile(string path)
    {
        foreach (SampleBlock sample in Samples(path))
        {
            IEnumerable<string> errors = SampleCompiler.Compile(sample.Text, Stream.Null)
                .Select(error => $"{path}:{sample.Line + 1 + error.Location.GetLineSpan().StartLinePosition.Line} {error.GetMessage()}");
            Assert.Empty(errors);
        }
    }

    [Fact]
    public async Task FirstSample_OfReadme_PrintsWhatTheReadmeSays()
    {
        IReadOnlyList<SampleBlock> blocks = SampleBlock.Extract(RepositoryFiles.Read("README.md"));
        int first = blocks.ToList().FindIndex(block => block.Language == "csharp");
        Assert.Equal("text", blocks[first + 1].Language);

        Assert.Equal(blocks[first + 1].Text.Trim(), (await RunAsync(blocks[first].Text)).ReplaceLineEndings("\n").Trim());
    }

    [Theory]
    [InlineData("using var cache = new Strata.TieredCache();\ncache.NoSuchMember();")]
    [InlineData("string text = 1;")]
    [InlineData("public class Half {")]
    public void Compile_WrongSource_ReportsAnError(string source) => Assert.NotEmpty(SampleCompiler.Compile(source, Stream.Null));

    [Theory]
    [InlineData("Console.WriteLine(await Task.FromResult(1));")]
    [InlineData("public sealed record Page(int Id);")]
    [InlineData("using System.Text.Json.Serialization;\n[JsonSerializable(typeof(int[]))] partial class Context : JsonSerializerContext; partial class Context { object O => Default.Int32Array; }")]
    public void Compile_GoodSource_ReportsNoError(string source) => Assert.Empty(SampleCompiler.Compile(source, Stream.Null).Select(error => error.ToString()));

    [Fact]
    public void Extract_BlocksOfTwoLanguages_FindsBothWithTheirLines()
    {
        IReadOnlyList<SampleBlock> blocks = SampleBlock.Extract("a\n```csharp\nint i;\n```\n\n```\nplain\n\n```\n");

        Assert.Equal([new SampleBlock("csharp", 2, "int i;"), new SampleBlock("", 6, "plain\n")], blocks);
    }

    private static IEnumerable<SampleBlock> Samples(string path) => SampleBlock.Extract(RepositoryFiles.Read(path)).Where(block => block.Language == "csharp");

    /// <summary>Runs a program in this process and returns what it wrote. The console is the process's: no other test writes to it.</summary>
    private static async Task<string> RunAsync(string source)
    {
        using var image = new MemoryStream();
        Assert.Empty(SampleCompiler.Compile(source, image).Select(error => error.ToString()));
        MethodInfo main = Assembly.Load(image.ToArray()).EntryPoint!;
        TextWriter console = Console.Out;
        var written = new StringWriter(new StringBuilder());
        Console.SetOut(written);
        try
        {
            object? result = main.Invoke(null, main.GetParameters().Length == 0 ? [] : [Array.Empty<string>()]);
            if (result is Task task)
                await task;
        }
        finally
        {
            Console.SetOut(console);
        }

        return written.ToString();
    }
}
