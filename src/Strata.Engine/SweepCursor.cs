namespace Strata.Engine;

/// <summary>How far a sweep of a <see cref="ByteStore"/> has come. The default value is its beginning; it belongs to one store and one sweep.</summary>
public struct SweepCursor
{
    internal int Stripe;
    internal uint Head;
    internal uint HeadCount;
    internal int Rehashes;
}
