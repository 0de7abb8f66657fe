namespace Strata.Payloads.Envelopes;

/// <summary>A snapshot of what did not open since a tier was made. Each of these reads was answered as a miss.</summary>
public readonly record struct EnvelopeFaults
{
    /// <summary>Bytes that are no envelope at all.</summary>
    public long NotAnEnvelope { get; init; }

    /// <summary>Envelopes of an unknown format version.</summary>
    public long UnknownVersion { get; init; }

    /// <summary>Payloads compressed by an unknown codec.</summary>
    public long UnknownCodec { get; init; }

    /// <summary>Envelopes that were truncated, changed or never right.</summary>
    public long Damaged { get; init; }

    /// <summary>Envelopes that belong to another cache key.</summary>
    public long WrongKey { get; init; }

    /// <summary>Envelopes whose encryption key is not in the ring.</summary>
    public long UnknownEncryptionKey { get; init; }

    /// <summary>Envelopes that are not encrypted where they must be.</summary>
    public long NotEncrypted { get; init; }

    /// <summary>Payloads that claim to be longer than is allowed.</summary>
    public long TooLarge { get; init; }

    /// <summary>All of them.</summary>
    public long Total => NotAnEnvelope + UnknownVersion + UnknownCodec + Damaged + WrongKey + UnknownEncryptionKey + NotEncrypted + TooLarge;
}
