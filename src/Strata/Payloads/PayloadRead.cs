namespace Strata.Payloads;

/// <summary>What a typed read found.</summary>
internal enum PayloadRead
{
    /// <summary>No live entry.</summary>
    Miss = 0,

    /// <summary>A live entry, and its value was read.</summary>
    Hit = 1,

    /// <summary>A live entry whose bytes are not a value of this type.</summary>
    Unreadable = 2,

    /// <summary>A live entry that is longer than a value of this type. The engine delivered nothing and counted neither a hit nor a miss.</summary>
    TooLong = 3,

    /// <summary>An entry that is not simply fresh, or memory was not to be read straight. Nothing was delivered and nothing counted: whoever wants to know must look.</summary>
    Special = 4,

    /// <summary>As <see cref="Special"/>, but the engine counted a hit.</summary>
    Past = 5,
}
