namespace Strata.Backplane;

/// <summary>How a cache tells other nodes what it changes, and hears of what they change. Read and checked once, when the cache is made.</summary>
public sealed class BackplaneOptions
{
    /// <summary>The longest message, in bytes.</summary>
    public const int MaxMessageBytes = 64 * 1024;

    /// <summary>The shortest <see cref="AuthenticationKey"/>, in bytes.</summary>
    public const int MinKeyBytes = 16;

    private const int MinQueuedBytes = 64 * 1024;
    private const int LimitQueuedBytes = 1 << 30;

    /// <summary>What carries the messages. Required. The cache does not dispose it.</summary>
    public IBackplaneTransport? Transport { get; set; }

    /// <summary>How often a node announces its last sequence number, so that others notice what they missed. Default one second; 10 ms to one hour, and about the same on all nodes.</summary>
    public TimeSpan AnnounceInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// A secret that all nodes share, 16 bytes or more: each message then carries a truncated HMAC-SHA256 over the whole of it, its sender and sequence number included, and others are ignored. Default empty: whoever can
    /// publish to the channel is believed.
    /// </summary>
    public ReadOnlyMemory<byte> AuthenticationKey { get; set; }

    /// <summary>How many bytes of changes may wait while the transport does not take them. With more, one change takes the place of all: everything is invalidated. Default 1 MiB; 64 KiB to 1 GiB.</summary>
    public int MaxQueuedBytes { get; set; } = 1 << 20;

    /// <summary>How the node has its publisher run. Simulations run it on their own thread.</summary>
    internal Action<IThreadPoolWorkItem> Queue { get; set; } = static item => ThreadPool.UnsafeQueueUserWorkItem(item, preferLocal: false);

    /// <summary>The identity of the node; <c>null</c> draws one.</summary>
    internal UInt128? NodeId { get; set; }

    /// <exception cref="ArgumentException">A setting is missing or outside its bounds.</exception>
    internal void Check()
    {
        if (Transport is null)
            throw new ArgumentNullException(nameof(Transport), $"{nameof(TieredCacheOptions.Backplane)}.{nameof(Transport)} is null; give what carries the messages.");
        if (AnnounceInterval < TimeSpan.FromMilliseconds(10) || AnnounceInterval > TimeSpan.FromHours(1))
            throw new ArgumentOutOfRangeException(nameof(AnnounceInterval), AnnounceInterval, $"{nameof(AnnounceInterval)} is {AnnounceInterval}; it must be 10 milliseconds to one hour.");
        if (AuthenticationKey.Length is > 0 and < MinKeyBytes)
            throw new ArgumentException($"{nameof(AuthenticationKey)} has {AuthenticationKey.Length} bytes; a key has {MinKeyBytes} or more, or none for messages that are not authenticated.", nameof(AuthenticationKey));
        if (MaxQueuedBytes is < MinQueuedBytes or > LimitQueuedBytes)
            throw new ArgumentOutOfRangeException(nameof(MaxQueuedBytes), MaxQueuedBytes, $"{nameof(MaxQueuedBytes)} is {MaxQueuedBytes}; it must be {MinQueuedBytes} to {LimitQueuedBytes} bytes.");
    }
}
