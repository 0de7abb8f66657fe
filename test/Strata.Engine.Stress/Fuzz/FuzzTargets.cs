using Strata.Engine.Stress.Fuzz.Targets;

namespace Strata.Engine.Stress.Fuzz;

/// <summary>Every decoder of foreign bytes, by name. A new one gets a line here.</summary>
internal static class FuzzTargets
{
    public static IReadOnlyDictionary<string, Func<IFuzzTarget>> All { get; } = new Dictionary<string, Func<IFuzzTarget>>
    {
        ["lz4"] = () => new Lz4BlockTarget(),
        ["compression"] = () => new CompressionTarget(),
        ["envelope"] = () => new EnvelopeTarget(isEncrypted: false),
        ["encrypted"] = () => new EnvelopeTarget(isEncrypted: true),
        ["messagepack"] = () => new MessagePackTarget(),
        ["messagepack-contract"] = () => new MessagePackContractTarget(),
    };
}
