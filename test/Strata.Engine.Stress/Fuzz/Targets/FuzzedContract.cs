using System.Runtime.Serialization;

namespace Strata.Engine.Stress.Fuzz.Targets;

/// <summary>A contract that can nest, with members of all kinds that a payload could lie about.</summary>
[DataContract]
internal sealed record FuzzedContract([property: DataMember(Order = 1)] long Number, [property: DataMember(Order = 2)] string? Text, [property: DataMember(Order = 3)] byte[]? Bytes)
{
    [DataMember(Order = 0)]
    public List<FuzzedContract?>? Children { get; set; }

    [DataMember(Order = 4)]
    public decimal Price { get; init; }

    [DataMember(Order = 6)]
    public Guid? Guid { get; init; }

    [DataMember(Order = 7)]
    public DateTimeOffset Time { get; set; }

    [DataMember(Order = 8)]
    public (int Low, DayOfWeek Day)[]? Pairs { get; set; }

    [DataMember(Order = 9)]
    public Dictionary<string, HashSet<uint>?>? Sets { get; set; }

    public static FuzzedContract Random(Random random, int depth) => new(random.NextInt64() >> random.Next(64), Word(random), random.Next(4) == 0 ? null : new byte[random.Next(300)])
    {
        Price = random.Next() / 100m,
        Guid = random.Next(2) == 0 ? null : new System.Guid(random.Next(), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10),
        Time = DateTimeOffset.UnixEpoch.AddTicks(random.NextInt64(1L << 58)).ToOffset(TimeSpan.FromMinutes(random.Next(-840, 841))),
        Pairs = random.Next(3) == 0 ? null : [.. Enumerable.Range(0, random.Next(20)).Select(i => (random.Next(), (DayOfWeek)(i % 7)))],
        Sets = random.Next(3) == 0 ? null : Enumerable.Range(0, random.Next(4)).ToDictionary(i => $"{i}", i => i == 0 ? null : new HashSet<uint> { (uint)random.Next() }),
        Children = depth == 0 ? null : [.. Enumerable.Range(0, random.Next(3)).Select(i => i == 0 ? null : Random(random, depth - 1))],
    };

    private static string? Word(Random random) => random.Next(8) == 0 ? null : new string("až€"[random.Next(3)], random.Next(random.Next(8) == 0 ? 400 : 20));
}
