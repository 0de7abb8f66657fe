using System.Reflection;
using Strata.Generators.MessagePack;
using Strata.Generators.Tests.Compiling;
using Xunit;

namespace Strata.Generators.Tests.MessagePack;

public sealed class MessagePackGeneratorTests
{
    private const string Usings =
        """
        using System.Collections.Immutable;
        using System.Runtime.Serialization;
        using Strata.Payloads.MessagePack;

        """;

    private const string Shop = Usings +
        """
        namespace Shop;

        [MessagePackSerializable(typeof(Order))]
        [MessagePackSerializable(typeof(List<Line>))]
        [MessagePackSerializable(typeof(Point), Name = "Place")]
        internal static partial class ShopPack;

        public enum State : byte { Open, Paid }

        [DataContract]
        public abstract class Entity
        {
            [DataMember(Order = 0)] public long Id { get; init; }
        }

        [DataContract]
        public sealed class Order : Entity
        {
            public Order(string customer) => Customer = customer;

            [DataMember(Order = 1)] public string Customer { get; }
            [DataMember(Order = 3)] public required IReadOnlyList<Line?> Lines { get; set; }
            [DataMember(Order = 4)] public State State { get; set; } = State.Paid;
            [DataMember(Order = 5)] public Dictionary<string, string?>? Notes { get; set; }
            [DataMember(Order = 7)] public (int Row, string? @class) Shelf;
            [DataMember(Order = 8)] public Order? Former { get; set; }
            [DataMember(Order = 9)] public DateTimeOffset? Paid { get; set; }

            [DataMember(Order = 10)] public Uri? Link { get; set; }

            public string Unwritten { get; set; } = "";
            [DataMember(Order = 9), IgnoreDataMember] public string Ignored { get; set; } = "";
        }

        [DataContract]
        public sealed record Line([property: DataMember(Order = 0)] string Product, [property: DataMember(Order = 1)] decimal Price, [property: DataMember(Order = 2)] int Count = 1);

        [DataContract]
        public readonly record struct Point([property: DataMember(Order = 0)] double X, [property: DataMember(Order = 1)] double Y);
        """;

    [Fact]
    public void Contracts_OfAllKinds_AreWrittenAsInTheGoldenFile()
    {
        GeneratorRun run = GeneratorRun.Of(new MessagePackGenerator(), Shop);
        run.Load();
        GoldenFile.Matches("MessagePack/Shop.txt", run.Text);
    }

    [Fact]
    public void Edit_Elsewhere_LeavesEveryStepCached()
    {
        GeneratorRun run = GeneratorRun.Of(new MessagePackGenerator(), Shop);
        run.AssertCachedAfterUnrelatedEdit();
        run.AssertNoSymbolsKept();
    }

    /// <summary>Whatever a user's types look like, what is written compiles without a warning.</summary>
    [Theory]
    [InlineData("[MessagePackSerializable(typeof(int))] [MessagePackSerializable(typeof(string[]))] [MessagePackSerializable(typeof(List<int?>))] static partial class Pack;", "Int32 ListNullableInt32 StringArray")]
    [InlineData("[MessagePackSerializable(typeof(ImmutableArray<Guid>))] public static partial class Pack;", "ImmutableArrayGuid")]
    [InlineData("[MessagePackSerializable(typeof((int, string)))] [MessagePackSerializable(typeof(Dictionary<Guid, (int A, HashSet<Uri> B)[]>), Name = \"Many\")] static partial class Pack;", "Many ValueTupleInt32String")]
    [InlineData("[DataContract] class A { [DataMember(Order = 0)] public int @event; } [MessagePackSerializable(typeof(A), Name = \"class\")] static partial class Pack;", "class")]
    [InlineData("[DataContract] class A; [MessagePackSerializable(typeof(A))] public static partial class Pack;", "A")]
    [InlineData("[DataContract] class Page<T> { [DataMember(Order = 0)] public required T Item { get; init; } } [MessagePackSerializable(typeof(Page<string>))] [MessagePackSerializable(typeof(Page<Page<int>>))] static partial class Pack;", "PagePageInt32 PageString")]
    [InlineData("[DataContract] struct A { [DataMember(Order = 0)] public readonly int X; [DataMember(Order = 1)] public string? Y; public A(int x) { X = x; Y = null; } } [MessagePackSerializable(typeof(A))] static partial class Pack;", "A")]
    [InlineData("[MessagePackSerializable(typeof(int))] static partial class Pack; [MessagePackSerializable(typeof(long))] static partial class Pack;", "Int32 Int64")]
    [InlineData("[DataContract] record A([property: DataMember(Order = 0)] float F = 1.5f, [property: DataMember(Order = 1)] double D = double.NaN, [property: DataMember(Order = 2)] string S = \"x\\\"\", [property: DataMember(Order = 3)] decimal M = 1.10m, [property: DataMember(Order = 4)] DayOfWeek Y = DayOfWeek.Friday, [property: DataMember(Order = 5)] int? I = -3, [property: DataMember(Order = 6)] char C = '\\'', [property: DataMember(Order = 7)] ulong U = ulong.MaxValue, [property: DataMember(Order = 8)] long L = long.MinValue, [property: DataMember(Order = 9)] bool B = true); [MessagePackSerializable(typeof(A))] static partial class Pack;", "A")]
    public void Source_OfUser_Compiles(string source, string properties)
    {
        Assembly assembly = GeneratorRun.Of(new MessagePackGenerator(), Usings + source).Load();
        IEnumerable<string> found = assembly.GetType("Pack")!.GetProperties(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic).Select(property => property.Name);
        Assert.Equal(properties, string.Join(' ', found.Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void Class_InsideOthers_Compiles()
    {
        const string Source = Usings +
            """
            namespace A.B;
            internal partial class Outer { internal partial record Middle { [MessagePackSerializable(typeof(int))] private static partial class Pack; public static object? It => Pack.Int32; } }
            """;
        Assembly assembly = GeneratorRun.Of(new MessagePackGenerator(), Source).Load();
        Assert.NotNull(assembly.GetType("A.B.Outer+Middle")!.GetProperty("It")!.GetValue(null));
    }

    [Fact]
    public void Contract_WithAProblem_IsNotWritten() =>
        Assert.Empty(GeneratorRun.Of(new MessagePackGenerator(), Usings + "[DataContract] class A { [DataMember] public int X; } [MessagePackSerializable(typeof(A))] static partial class Pack;").Sources);
}
