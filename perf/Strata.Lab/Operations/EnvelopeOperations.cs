using System.Buffers;
using System.Security.Cryptography;
using Strata.Payloads.Encryption;
using Strata.Payloads.Envelopes;

namespace Strata.Lab.Operations;

/// <summary>Envelopes around compressed text, with a checksum and with AES-GCM.</summary>
internal sealed class EnvelopeOperations : IOperationSet
{
    private readonly EncryptionKeyRing _ring = new(1, RandomNumberGenerator.GetBytes(32));
    private readonly EnvelopeFormat _plain = new();
    private readonly EnvelopeFormat _encrypting;
    private readonly byte[] _key = "product:42"u8.ToArray();
    private readonly byte[] _payload = [.. Enumerable.Range(0, 4_096).Select(index => (byte)"0123456789abcdef"[index * index % 16])];
    private readonly ArrayBufferWriter<byte> _destination = new(16_384);
    private readonly ArrayBufferWriter<byte> _plainEnvelope = new(16_384);
    private readonly ArrayBufferWriter<byte> _encryptedEnvelope = new(16_384);

    public EnvelopeOperations() => _encrypting = new EnvelopeFormat(new EnvelopeOptions { EncryptionKeys = _ring });

    public Type Type => typeof(EnvelopeFormat);

    public IReadOnlyCollection<string> LeftOut => [];

    public IEnumerable<Operation> Operations =>
    [
        Operation.Of(Type, nameof(EnvelopeFormat.Write), "", _ => Write(_plain, _destination)),
        Operation.Of(Type, nameof(EnvelopeFormat.Write), "encrypted", _ => Write(_encrypting, _destination)),
        Operation.Of(Type, nameof(EnvelopeFormat.Read), "", _ => Read(_plain, _plainEnvelope)),
        Operation.Of(Type, nameof(EnvelopeFormat.Read), "encrypted", _ => Read(_encrypting, _encryptedEnvelope)),
    ];

    public void Fill()
    {
        Write(_plain, _plainEnvelope);
        Write(_encrypting, _encryptedEnvelope);
    }

    public void Dispose() => _ring.Dispose();

    private bool Write(EnvelopeFormat format, ArrayBufferWriter<byte> destination)
    {
        destination.ResetWrittenCount();
        format.Write(_key, new EnvelopeHeader { CreatedMs = 1, TtlMs = 1_000 }, new ReadOnlySequence<byte>(_payload), destination);
        return destination.WrittenCount > 0;
    }

    private bool Read(EnvelopeFormat format, ArrayBufferWriter<byte> envelope)
    {
        _destination.ResetWrittenCount();
        return format.Read(_key, envelope.WrittenSpan, nowMs: 0, _destination, out _, out int payloadBytes) == EnvelopeRead.Ok && payloadBytes == _payload.Length;
    }
}
