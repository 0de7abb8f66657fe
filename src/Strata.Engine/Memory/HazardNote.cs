namespace Strata.Engine.Memory;

/// <summary>
/// What stands beside a hazard word. It describes a lease while <see cref="Word"/> is what the hazard word is; a pin of a read that soon ends leaves it
/// as it was. Written by whoever has just taken the word, <see cref="Word"/> last.
/// </summary>
internal struct HazardNote
{
    /// <summary>The hazard word that the next two fields are about.</summary>
    public ulong Word;

    /// <summary>When the lease began, by its store's clock; <see cref="PartOfLease"/> in the second word of a lease.</summary>
    public long StartMs;

    /// <summary>The pages that the word pins: more than one when it names the first of a chain.</summary>
    public long Pages;

    /// <summary>How often the word was taken.</summary>
    public ulong Sequence;

    /// <summary>A start that is no time: the word belongs to a lease that another word stands for.</summary>
    public const long PartOfLease = long.MaxValue;
}
