using Strata.Keys;
using Strata.Payloads.Compression;
using Strata.Payloads.Encryption;

namespace Strata.Payloads.Envelopes;

/// <summary>
/// What leaves the process: a payload with its times and tags, compressed, encrypted if there are keys, and sealed together with its cache key, so that what was damaged, forged or
/// put under another key is found. <c>EnvelopedTier</c> applies it to any tier.
/// </summary>
/// <remarks>
/// Immutable but for its key ring, and safe for any number of threads. Without tags, reading allocates nothing. An envelope costs 57 bytes beside its payload, encrypted 77. Format versions
/// are read for ever once released; what a former version of this library wrote stays readable.
/// </remarks>
public sealed partial class EnvelopeFormat
{
    /// <summary>Headers and keys of so many bytes are put together on the stack.</summary>
    private const int StackBytes = 512;

    private readonly CompressionFormat _compression;
    private readonly EncryptionKeyRing? _keys;
    private readonly bool _acceptsUnencrypted;

    /// <summary>Makes a format.</summary>
    /// <param name="options">The settings; <c>null</c> takes the defaults.</param>
    /// <exception cref="ArgumentException">A setting is outside its bounds or contradicts another one; the message names them.</exception>
    public EnvelopeFormat(EnvelopeOptions? options = null)
    {
        options ??= new EnvelopeOptions();
        options.ThrowIfContradictory();
        _compression = new CompressionFormat(options.Compression);
        _keys = options.EncryptionKeys;
        _acceptsUnencrypted = options.AcceptsUnencrypted || _keys is null;
    }

    /// <summary>The longest payload, in bytes: with it, an envelope still fits an array.</summary>
    public static int MaxPayloadBytes => Array.MaxLength - EnvelopeLayout.MaxHeaderBytes - EnvelopeLayout.GcmTagBytes - CompressionFormat.OverheadBytes;

    private static ulong Hash(ReadOnlySpan<byte> key)
    {
        KeyErrors.ThrowIfNotKey(key);
        return XxHash64.Compute(key, seed: 0);
    }
}
