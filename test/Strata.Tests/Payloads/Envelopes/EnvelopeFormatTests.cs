using System.Buffers;
using System.Collections.Immutable;
using Strata.Entries;
using Strata.Payloads.Compression;
using Strata.Payloads.Encryption;
using Strata.Payloads.Envelopes;
using Strata.TestKit;
using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Tests.Payloads.Envelopes;

public sealed class EnvelopeFormatTests : IDisposable
{
    private const int HeaderBytes = 48;

    private static readonly byte[] s_key = "user:1"u8.ToArray();
    private static readonly EnvelopeHeader s_header = new() { Timestamp = 5, CreatedMs = 1_000_000, TtlMs = 10_000, StaleGraceMs = 3_000, Tags = ["user", "größe"] };

    private readonly EncryptionKeyRing _ring = new(7, TestBytes.Value(1, 32));
    private readonly EnvelopeFormat _plain = new();
    private readonly EnvelopeFormat _encrypting;
    private readonly ArrayBufferWriter<byte> _destination = new();

    public EnvelopeFormatTests() => _encrypting = new EnvelopeFormat(new EnvelopeOptions { EncryptionKeys = _ring });

    public void Dispose() => _ring.Dispose();

    [Theory]
    [InlineData(0, 57, 77)]
    [InlineData(1, 58, 78)]
    [InlineData(1_000, 1_057, 1_077)]
    public void Write_ShortPayload_CostsWhatIsPromised(int payloadBytes, int plain, int encrypted)
    {
        byte[] payload = TestBytes.Value(1, payloadBytes);
        Assert.Equal(plain, Write(_plain, payload, default).Length);
        Assert.Equal(encrypted, Write(_encrypting, payload, default).Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(50_000)]
    [InlineData(2_000_000)]
    public void Read_OfWhatWasWritten_DeliversPayloadAndHeader(int payloadBytes)
    {
        byte[] payload = TestText.Prose(payloadBytes, 1);
        foreach (EnvelopeFormat format in (EnvelopeFormat[])[_plain, _encrypting])
        {
            byte[] envelope = Write(format, payload, s_header);
            Assert.True(payloadBytes < 1_024 || envelope.Length < payloadBytes * 3 / 4);
            _destination.Clear();
            Assert.Equal(EnvelopeRead.Ok, format.Read(s_key, envelope, nowMs: 1_000_500, _destination, out EnvelopeHeader header, out int read));
            AssertSame(s_header, header);
            Assert.Equal(payloadBytes, read);
            Assert.Equal(payload, _destination.WrittenSpan.ToArray());
        }
    }

    [Theory]
    [InlineData("8B53747201000600F380609E00000000EFCDAB896745230100B4C5DAB801000060EA00000000000088130000000000000400757365720164AF303132333435363738390A004250353637383921C6838F6F2F1020")]
    [InlineData("8B53747201010600F380609E07000000EFCDAB896745230100B4C5DAB801000060EA000000000000881300000000000004007573657268F87AB0F31EDB5AEF27F158CF68817B9EEEC7B10902FAA44FF920112898539CB1550A8A1C65D4D3CDC725624EF203338B54")]
    public void Read_OfAnEnvelopeOfVersion1_IsReadForEver(string hex)
    {
        using var ring = new EncryptionKeyRing(7, Enumerable.Range(0, 32).Select(i => (byte)i).ToArray());
        var format = new EnvelopeFormat(new EnvelopeOptions { EncryptionKeys = ring, AcceptsUnencrypted = true });
        Assert.Equal(EnvelopeRead.Ok, format.Read(s_key, Convert.FromHexString(hex), 0, _destination, out EnvelopeHeader header, out _));
        AssertSame(new() { Timestamp = 0x0123456789ABCDEF, CreatedMs = 1_893_456_000_000, TtlMs = 60_000, StaleGraceMs = 5_000, Tags = ["user"] }, header);
        Assert.Equal(string.Concat(Enumerable.Repeat("0123456789", 10)), System.Text.Encoding.ASCII.GetString(_destination.WrittenSpan));
    }

    [Fact]
    public void WriteAndRead_OfPieces_AreThoseOfTheWhole()
    {
        byte[] payload = TestText.Prose(5_000, 2);
        foreach (EnvelopeFormat format in (EnvelopeFormat[])[_plain, _encrypting])
        {
            var envelope = new ArrayBufferWriter<byte>();
            format.Write(s_key, s_header, ByteSequence.Cut(payload, 700), envelope);
            _destination.Clear();
            Assert.Equal(EnvelopeRead.Ok, format.Read(s_key, ByteSequence.Cut(envelope.WrittenSpan.ToArray(), 13), 0, _destination, out _, out _));
            Assert.Equal(payload, _destination.WrittenSpan.ToArray());
        }
    }

    [Fact]
    public void Read_OfManyLongTags_DeliversThem()
    {
        ImmutableArray<string> tags = [.. Enumerable.Range(0, EntryOptions.MaxTags).Select(i => new string((char)('a' + (i % 26)), EntryOptions.MaxTagBytes))];
        foreach (EnvelopeFormat format in (EnvelopeFormat[])[_plain, _encrypting])
        {
            Assert.Equal(EnvelopeRead.Ok, format.Read(s_key, Write(format, [1], new EnvelopeHeader { Tags = tags }), 0, _destination, out EnvelopeHeader header, out _));
            Assert.Equal(tags, header.Tags);
        }
    }

    [Fact]
    public void Read_AnyByteChanged_DeliversNothing()
    {
        foreach (EnvelopeFormat format in (EnvelopeFormat[])[_plain, _encrypting])
        {
            byte[] envelope = Write(format, TestText.Prose(1_500, 3), s_header);
            for (int at = 0; at < envelope.Length; at++)
            {
                envelope[at] ^= (byte)(1 << (at % 8));
                EnvelopeRead expected = at switch
                {
                    < 4 => EnvelopeRead.NotAnEnvelope,
                    4 => EnvelopeRead.UnknownVersion,
                    // The lengths of the two kinds of seal and of the tags.
                    5 or 6 or 7 => EnvelopeRead.Damaged,
                    < 12 => EnvelopeRead.WrongKey,
                    < 16 when format == _encrypting => EnvelopeRead.UnknownEncryptionKey,
                    _ => EnvelopeRead.Damaged,
                };
                AssertNothing(format, envelope, expected);
                envelope[at] ^= (byte)(1 << (at % 8));
            }
        }
    }

    [Fact]
    public void Read_Truncated_DeliversNothing()
    {
        foreach (EnvelopeFormat format in (EnvelopeFormat[])[_plain, _encrypting])
        {
            byte[] envelope = Write(format, TestText.Prose(1_500, 3), s_header);
            for (int length = 0; length < envelope.Length; length++)
                AssertNothing(format, envelope[..length], length < 4 ? EnvelopeRead.NotAnEnvelope : EnvelopeRead.Damaged);
        }
    }

    [Fact]
    public void Read_UnderAnotherKey_SaysSo()
    {
        foreach (EnvelopeFormat format in (EnvelopeFormat[])[_plain, _encrypting])
        {
            byte[] envelope = Write(format, [1, 2, 3], s_header);
            Assert.Equal(EnvelopeRead.WrongKey, format.Read("user:2"u8, envelope, 0, _destination, out _, out _));
            // Nor does it help to say that it belongs there: the seal knows better.
            ulong hash = XxHash64.Compute("user:2"u8, 0);
            BitConverter.TryWriteBytes(envelope.AsSpan(8), (uint)hash);
            Assert.Equal(EnvelopeRead.Damaged, format.Read("user:2"u8, envelope, 0, _destination, out _, out _));
        }

        Assert.Equal(0, _destination.WrittenCount);
    }

    [Fact]
    public void Read_UnderAKeyOfTheSameHash_IsDamaged()
    {
        // The header has 32 bits of the key's hash: among so many keys two agree.
        Dictionary<uint, byte[]> seen = [];
        byte[] first, second;
        for (int number = 0; ; number++)
        {
            second = System.Text.Encoding.ASCII.GetBytes($"user:{number:D9}");
            uint hash = (uint)XxHash64.Compute(second, seed: 0);
            if (seen.TryGetValue(hash, out first!))
                break;
            seen.Add(hash, second);
        }

        foreach (EnvelopeFormat format in (EnvelopeFormat[])[_plain, _encrypting])
        {
            var envelope = new ArrayBufferWriter<byte>();
            format.Write(first, s_header, "payload"u8, envelope);
            Assert.Equal(EnvelopeRead.Damaged, format.Read(second, envelope.WrittenSpan, 0, _destination, out _, out _));
            Assert.Equal(EnvelopeRead.Ok, format.Read(first, envelope.WrittenSpan, 0, new ArrayBufferWriter<byte>(), out _, out _));
        }

        Assert.Equal(0, _destination.WrittenCount);
    }

    [Fact]
    public void Read_PlainTextWhereKeysAre_IsRefusedUnlessAccepted()
    {
        byte[] envelope = Write(_plain, [1, 2, 3], s_header);
        AssertNothing(_encrypting, envelope, EnvelopeRead.NotEncrypted);
        var changing = new EnvelopeFormat(new EnvelopeOptions { EncryptionKeys = _ring, AcceptsUnencrypted = true });
        Assert.Equal(EnvelopeRead.Ok, changing.Read(s_key, envelope, 0, _destination, out _, out _));
    }

    [Fact]
    public void Read_EncryptedWithAKeyThatIsNotThere_SaysSo()
    {
        byte[] envelope = Write(_encrypting, [1, 2, 3], s_header);
        AssertNothing(_plain, envelope, EnvelopeRead.UnknownEncryptionKey);
        using var other = new EncryptionKeyRing(8, TestBytes.Value(1, 32));
        AssertNothing(new EnvelopeFormat(new EnvelopeOptions { EncryptionKeys = other }), envelope, EnvelopeRead.UnknownEncryptionKey);
        using var same = new EncryptionKeyRing(7, TestBytes.Value(2, 32));
        AssertNothing(new EnvelopeFormat(new EnvelopeOptions { EncryptionKeys = same }), envelope, EnvelopeRead.Damaged);
    }

    [Fact]
    public void Write_WithKeys_ShowsNothingOfThePayloadAndNeverTheSameTwice()
    {
        byte[] payload = "a secret that must not be seen"u8.ToArray();
        byte[] first = Write(_encrypting, payload, s_header), second = Write(_encrypting, payload, s_header);
        Assert.Equal(-1, first.AsSpan().IndexOf("secret"u8));
        Assert.NotEqual(first[HeaderBytes..], second[HeaderBytes..]);
    }

    [Fact]
    public void Read_OfABomb_IsTooLarge()
    {
        var modest = new EnvelopeFormat(new EnvelopeOptions { Compression = new CompressionOptions { MaxDecompressedBytes = 100_000 } });
        AssertNothing(modest, Write(_plain, new byte[1_000_000], s_header), EnvelopeRead.TooLarge);
    }

    [Fact]
    public void Read_CompressedByAnUnknownCodec_SaysSo()
    {
        var other = new EnvelopeFormat(new EnvelopeOptions { Compression = new CompressionOptions { Compressor = new Compression.DeflateCompressor() } });
        AssertNothing(_plain, Write(other, TestText.Prose(5_000, 1), s_header), EnvelopeRead.UnknownCodec);
    }

    [Theory]
    [InlineData(1_000_000, EnvelopeRead.Ok, 10_000)]
    [InlineData(1_009_999, EnvelopeRead.Ok, 1)]
    [InlineData(1_010_000, EnvelopeRead.Ok, 0)]
    [InlineData(1_012_999, EnvelopeRead.Ok, -2_999)]
    [InlineData(1_013_000, EnvelopeRead.Expired, -3_000)]
    [InlineData(900_000, EnvelopeRead.Ok, 10_000)] // a reader whose clock is behind
    public void Read_AtAMoment_KnowsHowLongTheValueIsFresh(long nowMs, EnvelopeRead expected, long freshMs)
    {
        Assert.Equal(expected, _plain.Read(s_key, Write(_plain, [1], s_header), nowMs, _destination, out EnvelopeHeader header, out int payloadBytes));
        Assert.Equal(freshMs, header.FreshForMs(nowMs));
        Assert.Equal(expected == EnvelopeRead.Ok ? 1 : 0, payloadBytes);
        Assert.Equal(payloadBytes, _destination.WrittenCount);
    }

    [Fact]
    public void Read_WithoutTimeToLive_NeverExpires()
    {
        Assert.Equal(EnvelopeRead.Ok, _plain.Read(s_key, Write(_plain, [1], new EnvelopeHeader { StaleGraceMs = 5 }), long.MaxValue, _destination, out EnvelopeHeader header, out _));
        Assert.Equal(long.MaxValue, header.FreshForMs(long.MaxValue));
    }

    [Fact]
    public void Write_HeaderOutsideItsBounds_ThrowsAndWritesNothing()
    {
        foreach ((EnvelopeHeader header, string name) in ((EnvelopeHeader, string)[])
            [(new() { CreatedMs = -1 }, "CreatedMs"), (new() { TtlMs = -1 }, "TtlMs"), (new() { TtlMs = long.MaxValue }, "TtlMs"), (new() { StaleGraceMs = long.MaxValue }, "StaleGraceMs"), (new() { Tags = [""] }, "Tags[0]")])
        {
            Assert.Contains(name, Assert.ThrowsAny<ArgumentException>(() => _plain.Write(s_key, header, default(ReadOnlySpan<byte>), _destination)).Message, StringComparison.Ordinal);
        }

        Assert.ThrowsAny<ArgumentException>(() => _plain.Write([], default, default(ReadOnlySpan<byte>), _destination));
        Assert.ThrowsAny<ArgumentException>(() => _plain.Read(new byte[4097], [], 0, _destination, out _, out _));
        Assert.Equal(0, _destination.WrittenCount);
    }

    [Fact]
    public void Constructor_AcceptingUnencryptedWithoutKeys_NamesBoth()
    {
        string message = Assert.ThrowsAny<ArgumentException>(() => new EnvelopeFormat(new EnvelopeOptions { AcceptsUnencrypted = true })).Message;
        Assert.Contains(nameof(EnvelopeOptions.AcceptsUnencrypted), message, StringComparison.Ordinal);
        Assert.Contains(nameof(EnvelopeOptions.EncryptionKeys), message, StringComparison.Ordinal);
    }

    [Fact]
    public void WriteAndRead_WithoutTags_AllocateNothing()
    {
        byte[] payload = TestText.Prose(4_000, 1);
        var envelope = new ArrayBufferWriter<byte>(8_192);
        var destination = new ArrayBufferWriter<byte>(8_192);
        foreach (EnvelopeFormat format in (EnvelopeFormat[])[_plain, _encrypting])
        {
            bool isRight = Allocation.OfCalls(
                () =>
                {
                    envelope.ResetWrittenCount();
                    destination.ResetWrittenCount();
                    format.Write(s_key, new EnvelopeHeader { TtlMs = 5 }, payload, envelope);
                    return format.Read(s_key, envelope.WrittenSpan, 0, destination, out _, out _) == EnvelopeRead.Ok;
                },
                out long bytes);
            Assert.True(isRight);
            Assert.Equal(0, bytes);
        }
    }

    private static byte[] Write(EnvelopeFormat format, byte[] payload, EnvelopeHeader header)
    {
        var envelope = new ArrayBufferWriter<byte>();
        format.Write(s_key, header, payload, envelope);
        return envelope.WrittenSpan.ToArray();
    }

    private void AssertNothing(EnvelopeFormat format, byte[] envelope, EnvelopeRead expected)
    {
        EnvelopeRead read = format.Read(s_key, envelope, 0, _destination, out EnvelopeHeader header, out int payloadBytes);
        Assert.Equal(expected, read);
        AssertSame(default, header);
        Assert.Equal(0, payloadBytes);
        Assert.Equal(0, _destination.WrittenCount);
    }

    private static void AssertSame(EnvelopeHeader expected, EnvelopeHeader actual)
    {
        Assert.Equal((expected.Timestamp, expected.CreatedMs, expected.TtlMs, expected.StaleGraceMs), (actual.Timestamp, actual.CreatedMs, actual.TtlMs, actual.StaleGraceMs));
        Assert.Equal(expected.Tags, actual.Tags);
    }
}
