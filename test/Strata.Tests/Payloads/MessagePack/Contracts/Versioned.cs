using System.Runtime.Serialization;

namespace Strata.Tests.Payloads.MessagePack.Contracts;

/// <summary>Gives its members values of its own, in each way a member can be set.</summary>
[DataContract]
public sealed class Versioned
{
    [DataMember(Order = 0)]
    public int Id { get; init; } = 5;

    [DataMember(Order = 1)]
    public required string Name { get; init; }

    [DataMember(Order = 2)]
    public List<int> Tags { get; init; } = [1];

    [DataMember(Order = 3)]
    public List<int> More { get; set; } = [2];
}
