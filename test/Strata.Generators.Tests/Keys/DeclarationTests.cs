using Microsoft.CodeAnalysis;
using Strata.Generators.Tests.Compiling;
using Xunit;

namespace Strata.Generators.Tests.Keys;

/// <summary>What is reported of wrong declarations, and that right ones are left alone.</summary>
public sealed class DeclarationTests
{
    [Theory]
    [InlineData("[CacheKey(\"\")] static partial CacheKey K();", "STRATA101:CacheKey(\"\")")]
    [InlineData("[CacheKey(\"a{\")] static partial CacheKey K();", "STRATA101:CacheKey(\"a{\")")]
    [InlineData("[CacheKey(\"a{}\")] static partial CacheKey K();", "STRATA101:CacheKey(\"a{}\")")]
    [InlineData("[CacheKey(\"a}b\")] static partial CacheKey K();", "STRATA101:CacheKey(\"a}b\")")]
    [InlineData("[CacheKey(\"\\uD800\")] static partial CacheKey K();", "STRATA101:CacheKey(\"\\uD800\")")]
    [InlineData("[CacheKey(\"a:{x}\")] static partial CacheKey K();", "STRATA102:CacheKey(\"a:{x}\")")]
    [InlineData("[CacheKey(\"a\")] static partial CacheKey K(int x);", "STRATA103:x")]
    [InlineData("[CacheKey(\"a{x}\")] static partial CacheKey K(object x);", "STRATA104:x")]
    [InlineData("[CacheKey(\"a{x}\")] static partial CacheKey K(int[] x);", "STRATA104:x")]
    [InlineData("[CacheKey(\"a\")] static CacheKey K() => default;", "STRATA105:CacheKey(\"a\")")]
    [InlineData("[CacheKey(\"a\")] partial CacheKey K();", "STRATA105:CacheKey(\"a\")")]
    [InlineData("[CacheKey(\"a\")] static partial string K();", "STRATA105:CacheKey(\"a\")")]
    [InlineData("[CacheKey(\"a{x}\")] static partial CacheKey K<T>(T x);", "STRATA105:CacheKey(\"a{x}\")")]
    [InlineData("[CacheKey(\"a{x}\")] static partial CacheKey K(ref int x);", "STRATA105:CacheKey(\"a{x}\")")]
    [InlineData("[CacheKey(\"a\")] partial record struct S(int X);", "STRATA105:CacheKey(\"a\")")]
    [InlineData("[CacheKey(\"a\")] readonly partial struct S;", "STRATA105:CacheKey(\"a\")")]
    [InlineData("[CacheKey(\"a\")] static partial CacheKey<object> K();", "STRATA107:CacheKey(\"a\")")]
    [InlineData("[CacheKey(\"a\")] static partial CacheKey<int?> K();", "STRATA107:CacheKey(\"a\")")]
    [InlineData("[CacheKey(\"a\", Json = typeof(Context))] static partial CacheKey<Version> K();", "STRATA107:CacheKey(\"a\", Json = typeof(Context))")]
    [InlineData("[CacheKey(\"a\", Serializer = typeof(Context))] static partial CacheKey<Version> K();", "STRATA107:CacheKey(\"a\", Serializer = typeof(Context))")]
    public async Task Declaration_Wrong_IsReported(string member, string expected) => Assert.Equal([expected], await AnalyzerRun.OfAsync(Around(member)));

    [Theory]
    [InlineData("[CacheKey(\"a{{}}:{x}:{y}\")] public static partial CacheKey K(int x, string? y);")]
    [InlineData("[CacheKey(\"{x}{x}\")] public static partial CacheKey K(in Guid x);")]
    [InlineData("[CacheKey(\"a:{X}\")] public readonly partial record struct S(int X);")]
    [InlineData("[CacheKey(\"a\", Json = typeof(Context))] public static partial CacheKey<Uri> K();")]
    [InlineData("[CacheKey(\"a\")] public static partial CacheKey<DayOfWeek> K();")]
    [InlineData("[CacheKey(\"a:{x}\")] public static partial CacheKey K(IFormattable x);")]
    public async Task Declaration_Right_IsLeftAlone(string member) => Assert.Empty((await AnalyzerRun.DiagnosticsAsync(Around(member), mustCompile: true)).Select(note => note.ToString()));

    [Theory]
    [InlineData("user:{x}", "int x", "user:{x}", "string x")]
    [InlineData("user:{x}", "string x", "user:{x}:orders", "int x")]
    [InlineData("a{x}", "string x", "ab", "")]
    [InlineData("a:{x}", "string? x", "a:%00", "")]
    [InlineData("ž:{x}", "int x", "ž:{y}", "int y")]
    [InlineData("{x}", "int x", "5", "")]
    public async Task Templates_ThatCanMeet_AreReportedWithBothPlaces(string one, string parameters, string other, string otherParameters)
    {
        Diagnostic note = Assert.Single(await AnalyzerRun.DiagnosticsAsync(Pair(one, parameters, other, otherParameters), mustCompile: true));

        Assert.Equal("STRATA106", note.Id);
        Assert.Equal("Other", note.Location.SourceTree!.GetText().ToString(note.Location.SourceSpan));
        Location place = Assert.Single(note.AdditionalLocations);
        Assert.Equal("One", place.SourceTree!.GetText().ToString(place.SourceSpan));
    }

    [Theory]
    [InlineData("user:{x}", "int x", "user:{x}:orders", "int x")]
    [InlineData("user:{x}", "string x", "order:{x}", "string x")]
    [InlineData("a:{x}", "int x", "a:", "")]
    [InlineData("a:{x}", "int x", "a:b{x}", "string x")]
    [InlineData("a:{x}:{y}", "string x, int y", "a:{x}", "int x")]
    [InlineData("ž:{x}", "int x", "š:{y}", "int y")]
    public async Task Templates_ThatCannotMeet_AreLeftAlone(string one, string parameters, string other, string otherParameters) =>
        Assert.Empty((await AnalyzerRun.DiagnosticsAsync(Pair(one, parameters, other, otherParameters), mustCompile: true)).Select(note => note.ToString()));

    private static string Around(string member) =>
        $$"""
        using Strata;
        using System.Text.Json.Serialization;
        [JsonSerializable(typeof(Uri))] public sealed partial class Context : JsonSerializerContext;
        public partial class Keys
        {
            {{member}}
        }
        """;

    private static string Pair(string one, string parameters, string other, string otherParameters) =>
        $$"""
        using Strata;
        public static partial class Keys
        {
            [CacheKey("{{one}}")] public static partial CacheKey One({{parameters}});
            [CacheKey("{{other}}")] public static partial CacheKey Other({{otherParameters}});
        }
        """;
}
