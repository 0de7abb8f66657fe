namespace Strata.Generators.MessagePack;

/// <summary>How a member gets its value.</summary>
internal enum PackSetting
{
    /// <summary>By a parameter of the constructor.</summary>
    Parameter,

    /// <summary>In the initializer: required, or only to be set there.</summary>
    Initializer,

    /// <summary>Afterwards, so that it keeps what the constructor gave it when the payload has no such element.</summary>
    Afterwards,
}
