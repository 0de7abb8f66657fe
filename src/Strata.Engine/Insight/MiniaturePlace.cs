namespace Strata.Engine.Insight;

/// <summary>A sampled key's place in one miniature cache: its ring, its neighbours there by their numbers in the table of keys, and when it would expire there.</summary>
internal struct MiniaturePlace
{
    /// <summary>The tick of what does not expire.</summary>
    public const uint Never = uint.MaxValue;

    public uint ExpiryTick;
    public ushort Previous;
    public ushort Next;
    public MiniatureRing Ring;
    public byte Frequency;

    public readonly bool IsHeld => Ring is MiniatureRing.Probation or MiniatureRing.Main;

    public readonly bool HasExpired(uint tick) => ExpiryTick <= tick;
}
