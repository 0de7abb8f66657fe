using Strata.Payloads.Compression;
using Strata.Payloads.Encryption;

namespace Strata.Payloads.Envelopes;

/// <summary>How payloads are wrapped that leave the process.</summary>
public sealed record EnvelopeOptions
{
    /// <summary>
    /// What is compressed; <c>null</c> compresses nothing. Default: LZ4. With encryption, the length of a compressed payload says something of its content: switch it off
    /// where secrets and text that others choose stand in one payload.
    /// </summary>
    public CompressionOptions? Compression { get; init; } = new();

    /// <summary>The keys to encrypt with. Default <c>null</c>: payloads are not encrypted, and a checksum finds damage but no forgery. The ring stays the caller's to dispose.</summary>
    public EncryptionKeyRing? EncryptionKeys { get; init; }

    /// <summary>Whether payloads that are not encrypted are read although there are <see cref="EncryptionKeys"/>: for the time of a change. Anybody who can write to the place can forge them. Default <c>false</c>.</summary>
    public bool AcceptsUnencrypted { get; init; }

    /// <summary>The clock of creation times and expiry. Default <see cref="TimeProvider.System"/>.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <exception cref="ArgumentException">Two options contradict each other, or one is <c>null</c> that must not be.</exception>
    internal void ThrowIfContradictory()
    {
        if (AcceptsUnencrypted && EncryptionKeys is null)
            throw new ArgumentException($"{nameof(AcceptsUnencrypted)} is true and {nameof(EncryptionKeys)} is null: without keys nothing is encrypted. Give keys, or leave {nameof(AcceptsUnencrypted)} alone.", nameof(AcceptsUnencrypted));
        if (TimeProvider is null)
            throw new ArgumentNullException(nameof(TimeProvider), $"{nameof(TimeProvider)} is null; leave it at {nameof(TimeProvider)}.System or give a clock.");
    }
}
