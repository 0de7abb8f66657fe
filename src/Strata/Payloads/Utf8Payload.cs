using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;
using Strata.Tiers;

namespace Strata.Payloads;

/// <summary>Text as UTF-8.</summary>
internal readonly struct Utf8Payload : IPayloadSerializer<string>, IDirectPayload<string>
{
    public bool MakesImmutable => true;

    public void Write(string value, IBufferWriter<byte> destination)
    {
        Span<byte> bytes = destination.GetSpan(Encoding.UTF8.GetMaxByteCount(value.Length));
        if (Utf8.FromUtf16(value, bytes, out _, out int written, replaceInvalidSequences: false) != OperationStatus.Done)
            throw new ArgumentException("The value is not well-formed UTF-16 (a surrogate stands alone), so it has no UTF-8 form that reads back as it was.", nameof(value));
        destination.Advance(written);
    }

    public bool TryRead(in ReadOnlySequence<byte> payload, [MaybeNullWhen(false)] out string value)
    {
        value = null;
        if (payload.IsSingleSegment)
        {
            if (!Utf8.IsValid(payload.FirstSpan))
                return false;
            value = Encoding.UTF8.GetString(payload.FirstSpan);
            return true;
        }

        byte[] joined = payload.ToArray();
        return TryRead(new ReadOnlySequence<byte>(joined), out value);
    }

    public PayloadRead TryGet(MemoryTier memory, ReadOnlySpan<byte> key, [MaybeNull] out string value) => memory.TryGetString(key, out value!);
}
