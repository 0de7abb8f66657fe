using System.Runtime.Serialization;

namespace Strata.Tests.Payloads.MessagePack.Contracts;

[DataContract]
public readonly record struct Spot([property: DataMember(Order = 0)] int X, [property: DataMember(Order = 2)] int Y);
