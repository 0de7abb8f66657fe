using Strata.Generators.Tests.Compiling;
using Xunit;

namespace Strata.Generators.Tests.Methods;

/// <summary>What is reported of methods that cannot be cached. The decorator passes them on.</summary>
public sealed class CachedDeclarationTests
{
    [Theory]
    [InlineData("[Cached(Ttl = \"5 m\")] int M();", "STRATA108:Cached(Ttl = \"5 m\")")]
    [InlineData("[Cached(Ttl = \"\")] int M();", "STRATA108:Cached(Ttl = \"\")")]
    [InlineData("[Cached] void M();", "STRATA109:Cached")]
    [InlineData("[Cached] Task M();", "STRATA109:Cached")]
    [InlineData("[Cached] ValueTask M();", "STRATA109:Cached")]
    [InlineData("[Cached] T M<T>(int id);", "STRATA109:Cached")]
    [InlineData("[Cached] int M(out int id);", "STRATA109:Cached")]
    [InlineData("[Cached] int M(ref int id);", "STRATA109:Cached")]
    [InlineData("[Cached] ref int M();", "STRATA109:Cached")]
    [InlineData("[Cached] ReadOnlySpan<int> M();", "STRATA109:Cached")]
    [InlineData("[Cached] int M(ReadOnlySpan<char> text);", "STRATA109:Cached")]
    [InlineData("[Cached] int? M();", "STRATA109:Cached")]
    [InlineData("[Cached] Task<int?> M();", "STRATA109:Cached")]
    [InlineData("[Cached(Invalidates = [\"a\"], Ttl = \"5m\")] void M();", "STRATA109:Cached(Invalidates = [\"a\"], Ttl = \"5m\")")]
    [InlineData("[Cached(Invalidates = [\"a\"])] void M(out int id);", "STRATA109:Cached(Invalidates = [\"a\"])")]
    [InlineData("[Cached(Tags = [\"a:{x}\"])] int M(int id);", "STRATA102:Cached(Tags = [\"a:{x}\"])")]
    [InlineData("[Cached(Invalidates = [\"a:{id.Length.None}\"])] void M(string id);", "STRATA102:Cached(Invalidates = [\"a:{id.Length.None}\"])")]
    [InlineData("[Cached(Tags = [\"{token}\"])] int M(CancellationToken token);", "STRATA102:Cached(Tags = [\"{token}\"])")]
    [InlineData("[Cached(Invalidates = [\"a:{id}\"])] void M(object id);", "STRATA104:Cached(Invalidates = [\"a:{id}\"])")]
    [InlineData("[Cached(Invalidates = [\"a:{\"])] void M();", "STRATA101:Cached(Invalidates = [\"a:{\"])")]
    [InlineData("[Cached(Invalidates = [\"\"])] void M();", "STRATA101:Cached(Invalidates = [\"\"])")]
    [InlineData("[Cached] int M(object id);", "STRATA104:id")]
    [InlineData("[Cached] Version M();", "STRATA107:Cached")]
    [InlineData("[Cached(Json = typeof(Context))] Version M();", "STRATA107:Cached(Json = typeof(Context))")]
    [InlineData("[Cached] int M(); static abstract int N();", "STRATA110:Cached")]
    [InlineData("[Cached] int M(); int P { get; init; }", "STRATA110:Cached")]
    [InlineData("[Cached(Prefix = \"a\")] int M(string id); [Cached(Prefix = \"a:M:b\")] int N(int id);", "STRATA106:N")]
    public async Task Method_Wrong_IsReported(string members, string expected) => Assert.Equal([expected], await AnalyzerRun.OfAsync(InInterface(members)));

    [Theory]
    [InlineData("public interface IGeneric<T> { [Cached] int M(); }", "STRATA110:Cached")]
    [InlineData("public class Alone { [Cached] public int M() => 1; }", "STRATA110:Cached")]
    [InlineData("public class Outer { private interface IInner { [Cached] int M(); } }", "STRATA110:Cached")]
    [InlineData("public interface IA { int M(); } public interface IB { int M(); } public class Both : IA, IB { [Cached] public int M() => 1; }", "STRATA110:Cached")]
    [InlineData("public interface IA { [Cached] int M(); int N(); } public class A : IA { public int M() => 1; [Cached] public int N() => 1; }", "STRATA110:Cached")]
    [InlineData("public interface IA { int M(); } public class A : IA { [Cached] public int M() => 1; } public class B : IA { [Cached(Prefix = \"b\")] public int M() => 1; }", null)]
    [InlineData("public interface IA { int M(); } public interface IB { int N(); } public class Two : IA, IB { [Cached] public int M() => 1; public int N() => 1; }", null)]
    public async Task Type_Wrong_IsReported(string source, string? expected) => Assert.Equal(expected is null ? [] : [expected], await AnalyzerRun.OfAsync("using Strata;\n" + source));

    [Theory]
    [InlineData("[Cached(Ttl = \"500ms\")] ValueTask<int> M(in Guid id, CancellationToken token);")]
    [InlineData("[Cached(Tags = [\"a\", \"b:{id.Length}\"])] int M(string id); [Cached(Invalidates = [\"b:{id.Port}\"])] int N(Uri id);")]
    [InlineData("[Cached(Json = typeof(Context))] Task<Uri?> M(DayOfWeek? day);")]
    [InlineData("[Cached] int M(int id); [Cached] int M(string id); [Cached] int N();")]
    [InlineData("[Cached] string M(int id) => \"default\"; private int Hidden() => 1; static int Shared() => 2;")]
    public async Task Method_Right_IsLeftAlone(string members) => Assert.Empty((await AnalyzerRun.DiagnosticsAsync(InInterface(members), mustCompile: true)).Select(note => note.ToString()));

    private static string InInterface(string members) =>
        $$"""
        using Strata;
        using System.Text.Json.Serialization;
        [JsonSerializable(typeof(Uri))] public sealed partial class Context : JsonSerializerContext;
        public interface IRepo
        {
            {{members}}
        }
        """;
}
