namespace Strata.Payloads.Envelopes;

/// <summary>What opening an envelope came to.</summary>
public enum EnvelopeRead
{
    /// <summary>It is whole and genuine, and its payload was delivered.</summary>
    Ok = 0,

    /// <summary>It is whole and genuine, but time to live and grace are over.</summary>
    Expired = 1,

    /// <summary>The bytes do not begin as an envelope does: somebody else's.</summary>
    NotAnEnvelope = 2,

    /// <summary>An envelope of a format version that is not known here.</summary>
    UnknownVersion = 3,

    /// <summary>Its payload is compressed by a codec that is not known here.</summary>
    UnknownCodec = 4,

    /// <summary>It was truncated or changed, or was never right.</summary>
    Damaged = 5,

    /// <summary>It belongs to another cache key.</summary>
    WrongKey = 6,

    /// <summary>It is encrypted with a key that is not in the ring, or there is no ring.</summary>
    UnknownEncryptionKey = 7,

    /// <summary>It is not encrypted, where only encrypted ones are accepted.</summary>
    NotEncrypted = 8,

    /// <summary>Its payload claims to be longer than is allowed.</summary>
    TooLarge = 9,
}
