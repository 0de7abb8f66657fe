namespace Strata.Backplane;

/// <summary>A node, as its <see cref="IBackplaneTransport"/> sees it.</summary>
/// <remarks>Safe for any number of threads, and never throws. What a call says is in force when it returns.</remarks>
public interface IBackplaneReceiver
{
    /// <summary>A message has come. Foreign and garbled ones are counted and ignored.</summary>
    /// <param name="message">The message; valid during the call.</param>
    void Received(ReadOnlySpan<byte> message);

    /// <summary>The transport has lost its connection: messages may pass unheard from now on.</summary>
    void Interrupted();

    /// <summary>The transport delivers, for the first time or again.</summary>
    /// <param name="isComplete">
    /// Whether all messages since the subscription, or since <see cref="Interrupted"/>, have been or will be delivered. If not, the node takes all it has for outdated. Must be called when delivery is on, not before: what is
    /// published in between would be missed.
    /// </param>
    void Resumed(bool isComplete);
}
