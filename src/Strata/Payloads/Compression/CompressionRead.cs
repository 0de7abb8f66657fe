namespace Strata.Payloads.Compression;

/// <summary>What reading a compressed payload came to.</summary>
public enum CompressionRead
{
    /// <summary>The whole payload was delivered.</summary>
    Ok = 0,

    /// <summary>The bytes are not what any compressor made.</summary>
    Damaged = 1,

    /// <summary>They are a compressor's that is not known here.</summary>
    UnknownCodec = 2,

    /// <summary>The payload claims to be longer than <see cref="CompressionOptions.MaxDecompressedBytes"/>.</summary>
    TooLarge = 3,
}
