namespace Strata.Generators.MessagePack;

/// <summary>How a member gets its value.</summary>
internal enum PackSetting
{
    /// <summary>By a parameter of the constructor.</summary>
    Parameter,

    /// <summary>In the initializer, always.</summary>
    Required,

    /// <summary>In the initializer, the only place to set it. When the payload has no such element, to what an instance has that is made without it.</summary>
    Initializer,

    /// <summary>Afterwards, so that it keeps what the constructor gave it when the payload has no such element.</summary>
    Afterwards,
}
