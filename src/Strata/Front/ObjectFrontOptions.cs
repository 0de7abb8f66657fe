namespace Strata.Front;

/// <summary>The settings of an object front: the instances of immutable types that a cache keeps, beside their bytes, so that a hit need not deserialize.</summary>
/// <remarks>
/// Instances live on the managed heap: they are not part of <see cref="Tiers.MemoryTierOptions.CapacityBytes"/>, and the garbage collector sees them. Their table takes 36 bytes for each, from the beginning. Entries of
/// such types are 8 bytes longer in native memory, for their version.
/// </remarks>
public sealed class ObjectFrontOptions
{
    /// <summary>The fewest instances that can be set.</summary>
    public const int MinCapacity = 16;

    /// <summary>The most instances that can be set.</summary>
    public const int MaxCapacity = 1 << 26;

    /// <summary>
    /// The most instances kept at a time, rounded down to whole sixteens. Default 16,384; 16 to 67,108,864. An instance can be in one of 32 places, so give it some room: when twice as many
    /// instances fit as are in use, all of them find a place; when just as many, one in twenty does not.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside its bounds.</exception>
    public int Capacity
    {
        get;
        set
        {
            if (value is < MinCapacity or > MaxCapacity)
                throw new ArgumentOutOfRangeException(nameof(Capacity), value, $"{nameof(Capacity)} is {value} instances; it must be {MinCapacity} to {MaxCapacity}.");
            field = value;
        }
    } = 16_384;
}
