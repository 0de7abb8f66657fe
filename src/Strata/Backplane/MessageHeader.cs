namespace Strata.Backplane;

/// <summary>What every message begins with.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Node">The sender: 128 random bits that live as long as its cache.</param>
/// <param name="Sequence">Its own number, or that of the sender's last changes; 0 before the first.</param>
internal readonly record struct MessageHeader(MessageKind Kind, UInt128 Node, long Sequence);
