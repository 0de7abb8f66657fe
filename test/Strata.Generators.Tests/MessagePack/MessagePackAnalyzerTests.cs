using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Strata.Generators.MessagePack;
using Strata.Generators.Tests.Compiling;
using Xunit;

namespace Strata.Generators.Tests.MessagePack;

/// <summary>What is wrong is said, and where. The place is what stands between the brackets ⟦ and ⟧.</summary>
public sealed class MessagePackAnalyzerTests
{
    private const string Usings =
        """
        using System.Runtime.Serialization;
        using Strata.Payloads.MessagePack;

        """;

    [Theory]
    [InlineData("STRATA201", "[DataMember(Order = 0)] public object ⟦It⟧ = 1;")]
    [InlineData("STRATA201", "[DataMember(Order = 0)] public IEnumerable<int> ⟦It⟧ { get; set; } = [];")]
    [InlineData("STRATA201", "[DataMember(Order = 0)] public List<byte> ⟦It⟧ { get; set; } = [];")]
    [InlineData("STRATA201", "[DataMember(Order = 0)] public Dictionary<string, List<System.Net.IPAddress>> ⟦It⟧ { get; set; } = [];")]
    [InlineData("STRATA201", "[DataMember(Order = 0)] public int[,] ⟦It⟧ = new int[1, 1];")]
    [InlineData("STRATA201", "[DataMember(Order = 0)] public Version[][,] ⟦It⟧ = [];")]
    [InlineData("STRATA201", "[DataMember(Order = 0)] public nint ⟦It⟧;")]
    [InlineData("STRATA202", "[DataMember] public int ⟦It⟧;")]
    [InlineData("STRATA202", "[DataMember(Name = \"it\")] public int ⟦It⟧;")]
    [InlineData("STRATA202", "[DataMember(Order = 1024)] public int ⟦It⟧;")]
    [InlineData("STRATA203", "[DataMember(Order = 0)] public int Other; [DataMember(Order = 0)] public int ⟦It⟧;")]
    [InlineData("STRATA203", "[DataMember(Order = 0)] public override int ⟦Virtual⟧ { get; set; }")]
    [InlineData("STRATA204", "[DataMember(Order = 0)] internal int ⟦It⟧ { get; set; }")]
    [InlineData("STRATA204", "[DataMember(Order = 0)] private int ⟦_it⟧ = 1; public int It => _it;")]
    [InlineData("STRATA204", "[DataMember(Order = 0)] public int ⟦It⟧ { private get; set; }")]
    [InlineData("STRATA204", "[DataMember(Order = 0)] public int ⟦It⟧ { get; private set; }")]
    [InlineData("STRATA204", "[DataMember(Order = 0)] public int ⟦It⟧ { get; } = 1;")]
    [InlineData("STRATA204", "[DataMember(Order = 0)] public readonly int ⟦It⟧ = 1;")]
    [InlineData("STRATA204", "[DataMember(Order = 0)] public static int ⟦It⟧ = 1;")]
    [InlineData("STRATA204", "[DataMember(Order = 0)] public int ⟦this⟧[int i] => i;")]
    public void Member_ThatCannotBeWritten_IsReportedThere(string id, string member) => AssertReports(id,
        $$"""
        [DataContract] class Base { [DataMember(Order = 100)] public virtual int Virtual { get; set; } }
        [DataContract] class A : {{(member.Contains("Virtual", StringComparison.Ordinal) ? "Base" : "object")}} { {{member}} }
        [MessagePackSerializable(typeof(List<A>))] static partial class Pack;
        """);

    [Theory]
    [InlineData("STRATA205", "[DataContract] abstract class ⟦A⟧; [MessagePackSerializable(typeof(A))] static partial class Pack;")]
    [InlineData("STRATA205", "[DataContract] class ⟦A⟧ { public A(int other) => It = other; [DataMember(Order = 0)] public int It { get; set; } } [MessagePackSerializable(typeof(A))] static partial class Pack;")]
    [InlineData("STRATA205", "[DataContract] class ⟦A⟧ { private A() { } [DataMember(Order = 0)] public int It { get; set; } } [MessagePackSerializable(typeof(A))] static partial class Pack;")]
    [InlineData("STRATA205", "[DataContract] class ⟦A⟧ { public required int It { get; set; } } [MessagePackSerializable(typeof(A))] static partial class Pack;")]
    [InlineData("STRATA201", "class A; [⟦MessagePackSerializable(typeof(A))⟧] static partial class Pack;")]
    [InlineData("STRATA201", "[⟦MessagePackSerializable(typeof(List<>))⟧] static partial class Pack;")]
    [InlineData("STRATA201", "[DataContract] class A<T>; [⟦MessagePackSerializable(typeof(A<>))⟧] static partial class Pack;")]
    [InlineData("STRATA206", "[MessagePackSerializable(typeof(int))] [⟦MessagePackSerializable(typeof(long), Name = \"Int32\")⟧] static partial class Pack;")]
    [InlineData("STRATA206", "[⟦MessagePackSerializable(typeof(int), Name = \"Pack\")⟧] static partial class Pack;")]
    [InlineData("STRATA207", "[⟦MessagePackSerializable(typeof(int))⟧] static partial class Pack<T>;")]
    public void Contract_ThatCannotBeWritten_IsReported(string id, string source) => AssertReports(id, source);

    [Fact]
    public void Contract_ThatCanBeWritten_IsNotReported() =>
        Assert.Empty(Analyze("[DataContract] class A { [DataMember(Order = 0)] public A? Next; } [MessagePackSerializable(typeof(A))] static partial class Pack;"));

    private static void AssertReports(string id, string marked)
    {
        string source = Usings + marked;
        int start = source.IndexOf('⟦', StringComparison.Ordinal);
        int end = source.IndexOf('⟧', StringComparison.Ordinal) - 1;
        source = source.Replace("⟦", "", StringComparison.Ordinal).Replace("⟧", "", StringComparison.Ordinal);
        Diagnostic problem = Assert.Single(Analyze(source));
        Assert.Equal(id, problem.Id);
        Assert.Equal(source[start..end], source.Substring(problem.Location.SourceSpan.Start, problem.Location.SourceSpan.Length));
        Assert.Empty(GeneratorRun.Of(new MessagePackGenerator(), source).Sources);
    }

    private static ImmutableArray<Diagnostic> Analyze(string source)
    {
        CSharpCompilation compilation = UserProject.Compile(source.StartsWith(Usings, StringComparison.Ordinal) ? source : Usings + source);
        return compilation.WithAnalyzers([new MessagePackAnalyzer()]).GetAnalyzerDiagnosticsAsync().GetAwaiter().GetResult();
    }
}
