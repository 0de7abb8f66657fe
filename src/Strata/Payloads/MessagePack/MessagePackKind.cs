namespace Strata.Payloads.MessagePack;

/// <summary>What kind of value comes next.</summary>
public enum MessagePackKind
{
    /// <summary>None: all values were read, or the next byte begins no value.</summary>
    None = 0,

    /// <summary>No value.</summary>
    Nil = 1,

    /// <summary>True or false.</summary>
    Boolean = 2,

    /// <summary>An integer of up to 64 bits, signed or not.</summary>
    Integer = 3,

    /// <summary>A number in floating point, of 32 or 64 bits.</summary>
    Float = 4,

    /// <summary>Text as UTF-8.</summary>
    String = 5,

    /// <summary>Bytes.</summary>
    Binary = 6,

    /// <summary>A number of values.</summary>
    Array = 7,

    /// <summary>A number of pairs of values.</summary>
    Map = 8,

    /// <summary>Bytes with a type code, among them timestamps.</summary>
    Extension = 9,
}
