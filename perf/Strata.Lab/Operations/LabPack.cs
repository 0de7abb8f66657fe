using Strata.Payloads.MessagePack;

namespace Strata.Lab.Operations;

/// <summary>Serializers in the MessagePack format.</summary>
[MessagePackSerializable(typeof(Product))]
internal static partial class LabPack;
