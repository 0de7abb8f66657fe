using System.Runtime.Serialization;

namespace Strata.Tests.Payloads.MessagePack.Contracts;

/// <summary>A contract that can nest, and refer to itself.</summary>
[DataContract]
public sealed class Node
{
    [DataMember(Order = 0)]
    public List<Node?>? Children { get; set; }
}
