using System.Runtime.Serialization;

namespace Strata.Tests.Payloads.MessagePack.Contracts;

[DataContract]
public class Animal
{
    [DataMember(Order = 1)]
    public string? Name { get; set; }
}
