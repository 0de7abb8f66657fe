namespace Strata.Generators.MessagePack;

/// <summary>What a generated format is for.</summary>
internal enum PackFormatKind
{
    Class,
    Struct,
    Enum,
    Tuple,
}
