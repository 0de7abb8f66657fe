namespace Strata.Generators.Keys;

/// <summary>How a value is written into a key.</summary>
internal enum HoleKind
{
    /// <summary>A number without fraction: an optional minus and digits.</summary>
    Integer,

    /// <summary>As the number behind it.</summary>
    Enum,

    /// <summary>A number with a fraction or exponent.</summary>
    Real,

    /// <summary>One of two words.</summary>
    Flag,

    /// <summary>In a form that always has the same length.</summary>
    Fixed,

    /// <summary>A date and time, with an optional zone.</summary>
    Moment,

    /// <summary>A time span.</summary>
    Span,

    /// <summary>One character, escaped.</summary>
    Character,

    /// <summary>Text, escaped.</summary>
    Text,

    /// <summary>As it formats itself, escaped.</summary>
    Formatted,
}
