using Strata.Payloads.MessagePack;

namespace Strata.Engine.Stress.Fuzz.Targets;

[MessagePackSerializable(typeof(FuzzedContract))]
internal static partial class FuzzedPack;
