using System.Runtime.Serialization;

namespace Strata.Tests.Payloads.MessagePack.Contracts;

[DataContract]
public sealed record FormerPerson([property: DataMember(Order = 0)] int Id, [property: DataMember(Order = 2)] string Name);
