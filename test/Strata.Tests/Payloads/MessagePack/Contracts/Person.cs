using System.Runtime.Serialization;

namespace Strata.Tests.Payloads.MessagePack.Contracts;

/// <summary>What became of <see cref="FormerPerson"/>.</summary>
[DataContract]
public sealed record Person(
    [property: DataMember(Order = 0)] long Id, [property: DataMember(Order = 1)] string? Nick, [property: DataMember(Order = 2)] string Name, [property: DataMember(Order = 3)] int Level = 5)
{
    [DataMember(Order = 4)]
    public string[] Tags { get; set; } = ["new"];

    [DataMember(Order = 6)]
    public int Score { get; init; } = 9;
}
