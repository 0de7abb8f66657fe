using System.Runtime.Serialization;

namespace Strata.Tests.Payloads.MessagePack.Contracts;

/// <summary>The members of the base have their places among its own.</summary>
[DataContract]
public sealed class Dog : Animal
{
    [DataMember(Order = 0)]
    public int Legs { get; set; }
}
