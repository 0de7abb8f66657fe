namespace Strata.Generators.Keys;

/// <summary>Which characters may stand at one place of a key: a bit for each of ASCII, and one for all others.</summary>
internal readonly record struct CharacterSet(ulong Low, ulong High, bool HasOthers)
{
    public static CharacterSet Any { get; } = new(ulong.MaxValue, ulong.MaxValue, HasOthers: true);

    public static CharacterSet Of(IEnumerable<char> characters)
    {
        CharacterSet set = default;
        foreach (char character in characters)
            set = character < 64 ? set with { Low = set.Low | (1UL << character) } : character < 128 ? set with { High = set.High | (1UL << (character - 64)) } : set with { HasOthers = true };
        return set;
    }

    public CharacterSet Without(char character) => character switch
    {
        < (char)64 => this with { Low = Low & ~(1UL << character) },
        < (char)128 => this with { High = High & ~(1UL << (character - 64)) },
        _ => this,
    };

    public bool Meets(CharacterSet other) => (Low & other.Low) != 0 || (High & other.High) != 0 || (HasOthers && other.HasOthers);
}
