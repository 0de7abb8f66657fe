using Strata.Payloads.MessagePack;

namespace Strata.Tests.Payloads.MessagePack.Contracts;

[MessagePackSerializable(typeof(Everything))]
[MessagePackSerializable(typeof(Node))]
[MessagePackSerializable(typeof(FormerPerson))]
[MessagePackSerializable(typeof(Person))]
[MessagePackSerializable(typeof(Spot))]
[MessagePackSerializable(typeof(Versioned))]
[MessagePackSerializable(typeof(Animal))]
[MessagePackSerializable(typeof(Dog))]
[MessagePackSerializable(typeof(List<Spot>))]
[MessagePackSerializable(typeof(Dictionary<string, int[]>))]
[MessagePackSerializable(typeof(IReadOnlyDictionary<int, string>), Name = "Names")]
[MessagePackSerializable(typeof((int, string)))]
[MessagePackSerializable(typeof(int?))]
internal static partial class TestPack;
