using System.Collections.Immutable;
using System.Runtime.Serialization;

namespace Strata.Tests.Payloads.MessagePack.Contracts;

/// <summary>A member of each kind.</summary>
[DataContract]
public sealed class Everything
{
    [DataMember(Order = 0)]
    public bool Bool { get; set; }

    [DataMember(Order = 1)]
    public int Int { get; set; }

    [DataMember(Order = 2)]
    public ulong ULong { get; set; }

    [DataMember(Order = 3)]
    public double Double { get; set; }

    [DataMember(Order = 4)]
    public string? Text { get; set; }

    [DataMember(Order = 5)]
    public byte[]? Bytes { get; set; }

    [DataMember(Order = 6)]
    public Guid Guid { get; set; }

    [DataMember(Order = 7)]
    public DateTime Time { get; set; }

    [DataMember(Order = 8)]
    public DateTimeOffset Zoned { get; set; }

    [DataMember(Order = 9)]
    public TimeSpan Span { get; set; }

    [DataMember(Order = 10)]
    public DayOfWeek Day { get; set; }

    [DataMember(Order = 11)]
    public int? None { get; set; }

    [DataMember(Order = 12)]
    public decimal? Some { get; set; }

    [DataMember(Order = 13)]
    public int[]? Array { get; set; }

    [DataMember(Order = 14)]
    public List<string?>? List { get; set; }

    [DataMember(Order = 15)]
    public IReadOnlyList<Spot>? Spots { get; set; }

    [DataMember(Order = 16)]
    public Dictionary<string, long>? Counts { get; set; }

    [DataMember(Order = 17)]
    public HashSet<char>? Set { get; set; }

    [DataMember(Order = 18)]
    public (byte Low, string? High) Pair { get; set; }

    [DataMember(Order = 19)]
    public ImmutableArray<short> Fixed { get; set; }

    [DataMember(Order = 20)]
    public Uri? Link { get; set; }

    [DataMember(Order = 21)]
    public IDictionary<int, Node>? Nodes { get; set; }

    [DataMember(Order = 22)]
    public IList<Version>? Versions { get; set; }

    [DataMember(Order = 23)]
    public ReadOnlyMemory<byte> Memory { get; set; }

    public static Everything Sample() => new()
    {
        Bool = true,
        Int = -70_000,
        ULong = ulong.MaxValue,
        Double = 1.25,
        Text = "žluťoučký kůň 🐎",
        Bytes = [1, 2, 255],
        Guid = Guid.Parse("01234567-89ab-cdef-0123-456789abcdef"),
        Time = DateTime.UnixEpoch.AddTicks(12_345_678_901),
        Zoned = new DateTimeOffset(2026, 2, 3, 4, 5, 6, TimeSpan.FromMinutes(-150)),
        Span = TimeSpan.FromDays(-3),
        Day = DayOfWeek.Friday,
        None = null,
        Some = -1.50m,
        Array = [1, 128, -1],
        List = ["a", null, ""],
        Spots = [new(1, 2), new(-1, 300)],
        Counts = new() { ["one"] = 1, ["many"] = long.MaxValue },
        Set = ['x', 'ž'],
        Pair = (7, null),
        Fixed = [-1, 1],
        Link = new Uri("https://example.com/a?b=c"),
        Nodes = new Dictionary<int, Node> { [5] = new() { Children = [new(), null] } },
        Versions = [new(1, 2)],
        Memory = new byte[] { 9 },
    };
}
