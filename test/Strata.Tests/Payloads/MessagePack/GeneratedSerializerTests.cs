using Strata.Payloads;
using Strata.Payloads.MessagePack;
using Strata.TestKit;
using Strata.Tests.Payloads.MessagePack.Contracts;
using Xunit;

namespace Strata.Tests.Payloads.MessagePack;

public sealed class GeneratedSerializerTests
{
    private static readonly string s_everything = string.Concat(
        "dc0018", "c3", "d2fffeee90", "cfffffffffffffffff", "cb3ff4000000000000",
        "b8 c5be6c75c5a56f75c48d6b c3bd206bc5afc588 20f09f908e", "c4030102ff", "d924 30313233343536372d383961622d636465662d303132332d343536373839616263646566",
        "d7ff 876542d0 000004d2", "92 d6ff 698173f2 d1ff6a", "d3fffffda480c2c000", "05", "c0", "a5 2d312e3530", "93 01 cc80 ff", "93 a161 c0 a0",
        "92 93 01c002 93 ffc0cd012c", "82 a36f6e65 01 a46d616e79 cf7fffffffffffffff", "92 78 cd017e", "92 07 c0", "92 ff 01",
        "b9 68747470733a2f2f6578616d706c652e636f6d2f613f623d63", "81 05 91 92 91c0 c0", "91 a3 312e32", "c40109");

    [Fact]
    public void Everything_InBytes_IsWhatMessagePackCSharpWrites()
    {
        byte[] bytes = Packed.Write(TestPack.Everything, Everything.Sample());
        Assert.Equal(s_everything.Replace(" ", "", StringComparison.Ordinal), Convert.ToHexStringLower(bytes));
        Assert.True(TestPack.Everything.TryRead(new(bytes), out Everything? read));
        Assert.Equivalent(Everything.Sample(), read, strict: true);
    }

    [Fact]
    public void Everything_InPieces_ReadsTheSame()
    {
        byte[] bytes = Packed.Bytes(s_everything);
        for (int cut = 0; cut <= bytes.Length; cut++)
        {
            Assert.True(TestPack.Everything.TryRead(Pieces.Of(bytes, cut), out Everything? read));
            Assert.Equal(bytes, Packed.Write(TestPack.Everything, read));
        }
    }

    [Fact]
    public void Everything_CutOff_IsUnreadable()
    {
        byte[] bytes = Packed.Bytes(s_everything);
        for (int length = 0; length < bytes.Length; length++)
            Assert.False(TestPack.Everything.TryRead(new(bytes, 0, length), out _), $"{length}");
        Assert.False(TestPack.Everything.TryRead(new([.. bytes, 0xc0]), out _));
    }

    [Fact]
    public void Everything_ThatIsEmpty_RoundTrips()
    {
        byte[] bytes = Packed.Write(TestPack.Everything, new Everything());
        Assert.True(TestPack.Everything.TryRead(new(bytes), out Everything? read));
        Assert.Null(read.Spots);
        Assert.True(read.Fixed.IsDefault);
        Assert.Equal(bytes, Packed.Write(TestPack.Everything, read));
        Assert.True(TestPack.Everything.TryRead(new(new byte[] { 0x90 }), out read));
        Assert.Equal(bytes, Packed.Write(TestPack.Everything, read));
    }

    [Theory]
    [InlineData("93 01 c0 a161")]
    [InlineData("97 01 c0 a161 c0 81a0ff 9101 c0")]
    public void Read_OfMoreThanIsKnown_SkipsIt(string hex)
    {
        Assert.True(Packed.TryRead(TestPack.FormerPerson, hex, out FormerPerson? person));
        Assert.Equal(new FormerPerson(1, "a"), person);
    }

    [Fact]
    public void Read_OfLessThanIsKnown_TakesDefaults()
    {
        byte[] former = Packed.Write(TestPack.FormerPerson, new FormerPerson(1, "a"));
        Assert.True(TestPack.Person.TryRead(new(former), out Person? person));
        Assert.Equivalent(new Person(1, null, "a", 5) { Tags = ["new"], Score = 9 }, person);
        Assert.True(Packed.TryRead(TestPack.Person, "90", out person));
        Assert.Equal(5, person!.Level);
        Assert.Null(person.Name);
    }

    [Fact]
    public void Read_OfLessThanIsKnown_KeepsWhatTheClassSets()
    {
        Assert.True(Packed.TryRead(TestPack.Versioned, "91 07", out Versioned? first));
        Assert.Equivalent(new Versioned { Name = null!, Id = 7 }, first, strict: true);
        Assert.True(Packed.TryRead(TestPack.Versioned, "93 07 a161 c0", out Versioned? second));
        Assert.Equivalent(new Versioned { Name = "a", Id = 7, Tags = null! }, second, strict: true);
        Assert.True(Packed.TryRead(TestPack.Versioned, "90", out Versioned? third));
        Assert.Equal([1], third!.Tags);
        Assert.NotSame(first!.Tags, third.Tags);
        Assert.True(Packed.TryRead(TestPack.Versioned, "94 07 a161 9102 9103", out Versioned? all));
        Assert.Equivalent(new Versioned { Name = "a", Id = 7, Tags = [2], More = [3] }, all, strict: true);
    }

    [Theory]
    [InlineData("c0")]
    [InlineData("93 c0 c0 a161")]
    [InlineData("93 a0 c0 a161")]
    [InlineData("93 ce80000000 c0 a161")]
    [InlineData("93 01 c0 c401ff")]
    [InlineData("83 01 01 02 02 03 03")]
    [InlineData("a161")]
    [InlineData("")]
    public void Read_OfOtherValues_IsUnreadable(string hex)
    {
        Assert.False(Packed.TryRead(TestPack.FormerPerson, hex, out FormerPerson? person));
        Assert.Null(person);
    }

    [Fact]
    public void Struct_IsNeverNil()
    {
        Assert.Equal("9301c002", Convert.ToHexStringLower(Packed.Write(TestPack.Spot, new Spot(1, 2))));
        Assert.False(Packed.TryRead(TestPack.Spot, "c0", out _));
        Assert.False(Packed.TryRead(TestPack.ListSpot, "91c0", out _));
        Assert.True(Packed.TryRead(TestPack.ListSpot, "929101c4", out List<Spot>? spots) is false && spots is null);
    }

    [Fact]
    public void Members_OfBase_HaveTheirPlaces() =>
        Assert.Equal("9204a3526578", Convert.ToHexStringLower(Packed.Write(TestPack.Dog, new Dog { Legs = 4, Name = "Rex" })));

    [Fact]
    public void Instance_OfDerivedType_IsWrittenAsTheContractSays() =>
        Assert.Equal("92c0a3526578", Convert.ToHexStringLower(Packed.Write(TestPack.Animal, new Dog { Legs = 4, Name = "Rex" })));

    [Fact]
    public void Dictionary_WithAKeyTwiceOrNil_IsUnreadable()
    {
        Assert.True(Packed.TryRead(TestPack.DictionaryStringInt32Array, "82 a161 9101 a162 c0", out Dictionary<string, int[]>? read));
        Assert.Equal([1], read!["a"]);
        Assert.Null(read["b"]);
        Assert.False(Packed.TryRead(TestPack.DictionaryStringInt32Array, "82 a161 9101 a161 c0", out _));
        Assert.False(Packed.TryRead(TestPack.DictionaryStringInt32Array, "81 c0 9101", out _));
    }

    [Fact]
    public void Dictionary_BehindAnInterface_RoundTrips()
    {
        var sorted = new SortedDictionary<int, string> { [2] = "b", [1] = "a" };
        Assert.Equal("8201a16102a162", Convert.ToHexStringLower(Packed.Write(TestPack.Names, sorted)));
        Assert.Equal("8102a162", Convert.ToHexStringLower(Packed.Write(TestPack.Names, new Dictionary<int, string> { [2] = "b" })));
        Assert.True(Packed.TryRead(TestPack.Names, "8201a16102a162", out IReadOnlyDictionary<int, string>? read));
        Assert.Equal(sorted, read);
    }

    [Fact]
    public void Tuple_OfOtherLength_IsUnreadable()
    {
        Assert.True(Packed.TryRead(TestPack.ValueTupleInt32String, "9201a161", out (int, string) read));
        Assert.Equal((1, "a"), read);
        Assert.False(Packed.TryRead(TestPack.ValueTupleInt32String, "9101", out _));
        Assert.False(Packed.TryRead(TestPack.ValueTupleInt32String, "9301a161c0", out _));
    }

    [Fact]
    public void Nil_AsTheWholePayload_IsUnreadable()
    {
        Assert.False(Packed.TryRead(TestPack.NullableInt32, "c0", out _));
        Assert.True(Packed.TryRead(TestPack.NullableInt32, "05", out int? read) && read == 5);
        Assert.False(Packed.TryRead(TestPack.ListSpot, "c0", out _));
    }

    /// <summary>A node takes two levels: its array, and the list in it.</summary>
    [Fact]
    public void Nesting_BeyondTheLimit_IsRefusedBothWays()
    {
        Assert.True(TestPack.Node.TryRead(new(Packed.Write(TestPack.Node, Chain(MessagePackWriter.MaxDepth / 2))), out Node? read));
        Assert.NotNull(read.Children![0]);
        Assert.Throws<InvalidOperationException>(() => Packed.Write(TestPack.Node, Chain((MessagePackWriter.MaxDepth / 2) + 1)));
        byte[] deep = [.. Enumerable.Repeat((byte)0x91, 100_000), 0xc0];
        Assert.False(TestPack.Node.TryRead(new(deep), out _));

        var cycle = new Node { Children = [] };
        cycle.Children.Add(cycle);
        Assert.Throws<InvalidOperationException>(() => Packed.Write(TestPack.Node, cycle));

        static Node Chain(int length) => new() { Children = length == 1 ? [] : [Chain(length - 1)] };
    }

    [Fact]
    public void Cache_WithGeneratedSerializer_KeepsTheValue()
    {
        using var cache = new TieredCache(new() { CapacityBytes = 4 << 20 });
        Assert.True(cache.Set("p", new Person(1, "n", "name"), TestPack.Person));
        Assert.True(cache.TryGet("p", TestPack.Person, out Person? person));
        Assert.Equal("name", person.Name);
        cache.Set("p", "text");
        Assert.False(cache.TryGet("p", TestPack.Person, out _));
        Assert.Equal(1, cache.GetStatistics().UnreadablePayloads);
    }
}
