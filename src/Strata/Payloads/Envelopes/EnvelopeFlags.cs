namespace Strata.Payloads.Envelopes;

/// <summary>What an envelope of format version 1 says of itself. A bit that is not named here makes it unreadable.</summary>
[Flags]
internal enum EnvelopeFlags : byte
{
    None = 0,

    /// <summary>The body is encrypted and a nonce stands before it; the seal is AES-GCM's.</summary>
    Encrypted = 1,
}
