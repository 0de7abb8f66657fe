using System.Text.Json.Serialization;

namespace Strata.Generators.Tests.Keys;

/// <summary>Keys written by the generator when this project is compiled.</summary>
internal static partial class SampleKeys
{
    [CacheKey("a:{one}:{two}")]
    public static partial CacheKey Texts(string one, string two);

    [CacheKey("b:{one}:{two}:{three}")]
    public static partial CacheKey NullableTexts(string? one, string? two, string? three);

    [CacheKey("c:{one}{two}{three}")]
    public static partial CacheKey Adjacent(string one, string? two, string three);

    [CacheKey("d:{one}{two}-{three}{four}")]
    public static partial CacheKey Numbers(int one, int two, long? three, uint? four);

    [CacheKey("e:{one}5{two}A{three}%{four}ž{five}")]
    public static partial CacheKey UnsafeEnds(string one, string two, int three, string? four, string? five);

    [CacheKey("f:{one}{two}{three}{four}")]
    public static partial CacheKey Mixed(Guid? one, bool? two, char three, char? four);

    [CacheKey("g:{one}{two}:{three}.{four}E{five}")]
    public static partial CacheKey Times(DateTime one, DateTime? two, TimeSpan three, double four, decimal? five);

    [CacheKey("h:{one}/{two}{three}")]
    public static partial CacheKey Formatted(Version one, DayOfWeek two, DateOnly? three);

    [CacheKey("i:{{{class}}}:{tail}")]
    public static partial CacheKey Braces(int @class, ReadOnlySpan<char> tail);

    [CacheKey("user:{id}", Json = typeof(SampleJson))]
    public static partial CacheKey<SampleUser> User(int id);

    [CacheKey("visits:{page}")]
    public static partial CacheKey<long> Visits(string page);

    [CacheKey("motto:{id}")]
    public static partial CacheKey<string> Motto(int id);
}

internal sealed record SampleUser(int Id, string Name);

[JsonSerializable(typeof(SampleUser))]
internal sealed partial class SampleJson : JsonSerializerContext;

[CacheKey("order:{Tenant}:{Number}")]
internal readonly partial record struct OrderKey(string Tenant, long Number);
