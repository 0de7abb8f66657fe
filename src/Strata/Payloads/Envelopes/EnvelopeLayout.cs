using Strata.Entries;
using Strata.Payloads.Encryption;

namespace Strata.Payloads.Envelopes;

/// <summary>
/// Where things stand in an envelope of format version 1. Numbers are little-endian, times are milliseconds.
/// <code>
///  0 ┌─────────────────┬───────────┬─────────┬─────────────┐
///    │ magic 4         │ version 1 │ flags 1 │ tag bytes 2 │
///  8 ├─────────────────┴───────┬───┴─────────┴─────────────┤
///    │ cache key's hash 4      │ encryption key's id 4     │
/// 16 ├─────────────────────────┴───────────────────────────┤
///    │ timestamp 8                                         │    logical: newest wins
/// 24 │ created 8                                           │    since 1970, by the writer's clock
/// 32 │ time to live 8                                      │    0: does not expire
/// 40 │ stale grace 8                                       │    added to the time to live
/// 48 ├─────────────────────────────────────────────────────┤
///    │ tags: length 2, UTF-8 …                             │
///    ├─────────────────────────────────────────────────────┤
///    │ nonce 12                                            │    only when encrypted
///    ├─────────────────────────────────────────────────────┤
///    │ body: CompressionFormat                             │    encrypted or not
///    ├─────────────────────────────────────────────────────┤
///    │ checksum 8, or AES-GCM tag 16                       │    of all of it and the cache key
///    └─────────────────────────────────────────────────────┘
/// </code>
/// The checksum is XXH64 of the body, seeded with that of everything before it, seeded with that of the cache key, whose lower half is the key's hash above. AES-GCM's associated
/// data is everything before the body, then the cache key.
/// </summary>
internal static class EnvelopeLayout
{
    public const uint Magic = 0x72_74_53_8B;
    public const byte Version = 1;

    public const int MagicAt = 0;
    public const int VersionAt = MagicAt + sizeof(uint);
    public const int FlagsAt = VersionAt + sizeof(byte);
    public const int TagBytesAt = FlagsAt + sizeof(byte);
    public const int KeyHashAt = TagBytesAt + sizeof(ushort);
    public const int KeyIdAt = KeyHashAt + sizeof(uint);
    public const int TimestampAt = KeyIdAt + sizeof(int);
    public const int CreatedAt = TimestampAt + sizeof(long);
    public const int TtlAt = CreatedAt + sizeof(long);
    public const int GraceAt = TtlAt + sizeof(long);
    public const int TagsAt = GraceAt + sizeof(long);

    public const int NonceBytes = EncryptionKey.NonceBytes;
    public const int GcmTagBytes = EncryptionKey.TagBytes;
    public const int ChecksumBytes = sizeof(ulong);

    /// <summary>The length of a tag's length.</summary>
    public const int TagLengthBytes = sizeof(ushort);

    public const int MaxTagBytes = EntryOptions.MaxTags * (TagLengthBytes + EntryOptions.MaxTagBytes);

    /// <summary>The most that stands before a body.</summary>
    public const int MaxHeaderBytes = TagsAt + MaxTagBytes + NonceBytes;
}
