using System.Runtime.Serialization;

namespace Strata.Lab.Operations;

/// <summary>An object that is cached as JSON and in the MessagePack format.</summary>
[DataContract]
internal sealed record Product([property: DataMember(Order = 0)] int Id, [property: DataMember(Order = 1)] string Name, [property: DataMember(Order = 2)] long PriceCents);
