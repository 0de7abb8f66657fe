using System.Runtime.Serialization;
using Strata.Payloads.MessagePack;

namespace Strata.Generators.Tests.MessagePack;

/// <summary>An interface whose decorator keeps results in the MessagePack format.</summary>
[Cached(Pack = typeof(RepoPack))]
public interface IPackedRepo
{
    [Cached(Ttl = "5m")]
    ValueTask<PackedItem> GetAsync(int id);

    [Cached]
    int Count();
}

[DataContract]
public sealed record PackedItem([property: DataMember(Order = 0)] int Id, [property: DataMember(Order = 1)] string Name);

[MessagePackSerializable(typeof(PackedItem), Name = "Item")]
public static partial class RepoPack;
