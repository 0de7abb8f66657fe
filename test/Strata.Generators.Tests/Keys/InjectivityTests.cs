using System.Globalization;
using System.Text;
using Strata.TestKit;
using Xunit;

namespace Strata.Generators.Tests.Keys;

/// <summary>No two lists of arguments make one key. Values are drawn from few and hostile ones, so that lists which could meet are drawn all the time.</summary>
public sealed class InjectivityTests
{
    private const int DrawCount = 60_000;

    private delegate string Draw(Random random, List<object?> arguments);

    // What escapes, separators, marks, nulls and numbers look like, and pieces of them.
    private static readonly string[] Pieces = ["%", ":", "/", "-", "_", "%_", "%25", "%3A", "%00", "00", "0", "5", "A", "25", "3", "ž", "🐎", "\0", "a", "{", "}", "null", "."];

    private static readonly Dictionary<string, Draw> Builders = new()
    {
        ["texts"] = (random, taken) => SampleKeys.Texts(Take(taken, Text(random)), Take(taken, Text(random))).ToString(),
        ["nullable texts"] = (random, taken) => SampleKeys.NullableTexts(Take(taken, TextOrNull(random)), Take(taken, TextOrNull(random)), Take(taken, TextOrNull(random))).ToString(),
        ["adjacent"] = (random, taken) => SampleKeys.Adjacent(Take(taken, Text(random)), Take(taken, TextOrNull(random)), Take(taken, Text(random))).ToString(),
        ["numbers"] = (random, taken) => SampleKeys.Numbers(
            Take(taken, Number(random)), Take(taken, Number(random)), Take(taken, OrNull<long>(random, Number(random))), Take(taken, OrNull(random, (uint)random.Next(30)))).ToString(),
        ["unsafe ends"] = (random, taken) => SampleKeys.UnsafeEnds(
            Take(taken, Text(random)), Take(taken, Text(random)), Take(taken, Number(random)), Take(taken, TextOrNull(random)), Take(taken, TextOrNull(random))).ToString(),
        ["mixed"] = (random, taken) => SampleKeys.Mixed(
            Take(taken, OrNull(random, random.Next(2) == 0 ? Guid.Empty : new Guid(random.Next(3), 0, 0, new byte[8]))), Take(taken, OrNull(random, random.Next(2) == 0)),
            Take(taken, Character(random)), Take(taken, OrNull(random, Character(random)))).ToString(),
        ["times"] = (random, taken) => SampleKeys.Times(
            Take(taken, Time(random)), Take(taken, OrNull(random, Time(random))), Take(taken, TimeSpan.FromTicks(random.Next(-3, 3) * (random.Next(2) == 0 ? 1 : TimeSpan.TicksPerDay))),
            Take(taken, new[] { 0, 1, -1, 1.5, 1e5, 1e300, double.NaN, double.PositiveInfinity, double.NegativeInfinity }[random.Next(9)]),
            Take(taken, OrNull(random, new[] { 0m, 1m, 1.5m, -1m, 15m, decimal.MaxValue, 0.0000001m }[random.Next(7)]))).ToString(),
        ["formatted"] = (random, taken) => SampleKeys.Formatted(
            Take(taken, new Version(random.Next(3), random.Next(12))), Take(taken, (DayOfWeek)random.Next(-2, 12)), Take(taken, OrNull(random, DateOnly.FromDayNumber(random.Next(3))))).ToString(),
        ["braces"] = (random, taken) => SampleKeys.Braces(Take(taken, Number(random)), Take(taken, Text(random))).ToString(),
        ["struct"] = (random, taken) => new OrderKey(Take(taken, Text(random)), Take(taken, (long)Number(random))).ToKey().ToString(),
    };

    public static TheoryData<string> Names() => [.. Builders.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Keys_OfDifferentArguments_AreNeverEqual(string name)
    {
        int seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        Random random = new(seed);
        Dictionary<string, string> byKey = [];
        for (int draw = 0; draw < DrawCount; draw++)
        {
            List<object?> arguments = [];
            string key = Builders[name](random, arguments);
            string list = Describe(arguments);
            Assert.True(!byKey.TryGetValue(key, out string? former) || former == list, $"seed {seed}: {former} and {list} make the key {key}");
            byKey[key] = list;
        }

        Assert.InRange(byKey.Count, 100, DrawCount);
    }

    [Theory]
    [InlineData("", '\uD800', "")]
    [InlineData("a", '\uDC00', "b")]
    [InlineData("%", '\uD800', ":")]
    public void Key_OfLoneSurrogate_IsRefused(string before, char surrogate, string after)
    {
        string text = before + surrogate + after;
        Assert.Throws<ArgumentException>(() => _ = SampleKeys.Texts(text, ""));
        Assert.Throws<ArgumentException>(() => _ = SampleKeys.Texts("", text));
        Assert.Throws<ArgumentException>(() => _ = SampleKeys.NullableTexts("", text, ""));
    }

    [Fact]
    public void Key_OfNullWhereTypeForbidsIt_IsRefused() => Assert.Equal("two", Assert.Throws<ArgumentNullException>(() => _ = SampleKeys.Texts("", null!)).ParamName);

    [Fact]
    public void Key_OfPlainValues_IsReadable()
    {
        Assert.Equal("a:left:right", SampleKeys.Texts("left", "right").ToString());
        Assert.Equal("a:l%3Aef%25t:r:i%ght", SampleKeys.Texts("l:ef%t", "r:i%ght").ToString());
        Assert.Equal("b::%00:50%25", SampleKeys.NullableTexts("", null, "50%").ToString());
        Assert.Equal("d:1%_2-3%_4", SampleKeys.Numbers(1, 2, 3, 4).ToString());
        Assert.Equal("order:shop:7", new OrderKey("shop", 7).ToKey().ToString());
        Assert.Equal("i:{7}:x", SampleKeys.Braces(7, "x").ToString());
    }

    [Fact]
    public void Key_InAnotherCulture_IsTheSame()
    {
        CultureInfo former = CultureInfo.CurrentCulture;
        string key = SampleKeys.Times(default, null, TimeSpan.FromSeconds(1.5), -1.5, 2.5m).ToString();
        try
        {
            var hostile = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            hostile.NumberFormat.NegativeSign = "minus";
            hostile.NumberFormat.NumberDecimalSeparator = ",";
            CultureInfo.CurrentCulture = hostile;
            Assert.Equal(key, SampleKeys.Times(default, null, TimeSpan.FromSeconds(1.5), -1.5, 2.5m).ToString());
        }
        finally
        {
            CultureInfo.CurrentCulture = former;
        }
    }

    [Fact]
    public void Key_OfUpTo256Bytes_AllocatesNothing()
    {
        string text = string.Concat(Enumerable.Repeat(":%x", 15));
        using var cache = new TieredCache(new TieredCacheOptions { CapacityBytes = 1 << 20 });
        AssertFree(() => !cache.TryGet(SampleKeys.Texts(text, text), out int _));
        AssertFree(() => !cache.TryGet(SampleKeys.Numbers(-5, 7, null, 9), out int _));
        AssertFree(() => !cache.TryGet(SampleKeys.Mixed(Guid.Empty, true, 'x', null), out int _));
        AssertFree(() => !cache.TryGet(SampleKeys.Formatted(s_version, DayOfWeek.Monday, null), out int _));
        AssertFree(() => !cache.TryGet(SampleKeys.Visits(text), out long _));
    }

    private static void AssertFree(Func<bool> call)
    {
        Assert.True(Allocation.OfCalls(call, out long bytes));
        Assert.Equal(0, bytes);
    }

    private static readonly Version s_version = new(1, 2);

    private static T Take<T>(List<object?> arguments, T value)
    {
        arguments.Add(value);
        return value;
    }

    private static string Text(Random random)
    {
        var text = new StringBuilder();
        for (int pieces = random.Next(4); pieces > 0; pieces--)
            text.Append(Pieces[random.Next(Pieces.Length)]);
        return text.ToString();
    }

    private static string? TextOrNull(Random random) => random.Next(4) == 0 ? null : Text(random);

    private static T? OrNull<T>(Random random, T value)
        where T : struct => random.Next(3) == 0 ? null : value;

    private static int Number(Random random) => random.Next(-12, 60);

    private static char Character(Random random) => "%:_-05A\0ž"[random.Next(9)];

    private static DateTime Time(Random random) => new(random.Next(3), (DateTimeKind)random.Next(3));

    /// <summary>The arguments in a form of which equality is that of the lists: each with its type and length.</summary>
    private static string Describe(List<object?> arguments) => string.Join("|", arguments.Select(argument =>
    {
        string text = argument is DateTime time ? $"{time.Ticks} {time.Kind}" : Convert.ToString(argument, CultureInfo.InvariantCulture)!;
        return argument is null ? "null" : $"{text.Length}'{text}'";
    }));
}
