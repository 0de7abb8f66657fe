namespace Strata.Backplane;

/// <summary>
/// What carries messages between the nodes of a cache: every message that one publishes reaches every node that has subscribed, the publisher too. It knows nothing of what is in them.
/// </summary>
/// <remarks>
/// <para><b>Promises.</b> A transport may lose, delay, repeat and reorder messages: the nodes notice, and take what they have for outdated. It must tell a receiver when messages may have been lost in a way that it knows of: see
/// <see cref="IBackplaneReceiver.Resumed"/>.</para>
/// <para><b>Threads.</b> All members may be called at any time from any thread. Nodes belong to one cache in common when their transports are over the same channel.</para>
/// </remarks>
public interface IBackplaneTransport
{
    /// <summary>A short name for messages, for example <c>redis</c>.</summary>
    string Name { get; }

    /// <summary>Publishes a message to all nodes.</summary>
    /// <param name="message">The message, up to <see cref="BackplaneOptions.MaxMessageBytes"/>; valid until the task has ended.</param>
    /// <param name="cancellationToken">Cancels the publication, which may have happened all the same.</param>
    /// <returns>Whether the transport took it. If not, or if this throws, the node publishes the same message again later.</returns>
    ValueTask<bool> PublishAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default);

    /// <summary>Begins to deliver. Returns at once: a transport that has to connect first does so in the background, again and again, until the subscription is disposed.</summary>
    /// <param name="receiver">Is told what comes.</param>
    /// <returns>Ends the delivery when disposed; calls that are under way may still come.</returns>
    IDisposable Subscribe(IBackplaneReceiver receiver);
}
