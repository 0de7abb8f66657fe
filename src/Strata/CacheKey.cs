using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text.Unicode;
using Strata.Engine;
using Strata.Keys;

namespace Strata;

/// <summary>
/// The key of an entry: 1 to <see cref="MaxBytes"/> bytes. Made, without allocating, from UTF-8 (<c>"user:1"u8</c>), a string, a span of
/// characters, or an interpolated string (<c>$"user:{id}"</c>), which is written as UTF-8 straight into a buffer on the stack.
/// </summary>
/// <remarks>
/// <para>The same characters give the same key in whatever form they come. Two different keys never share an entry: keys are compared byte by byte.
/// What the cache cannot see is whether two argument lists write the same text: <c>$"{a}:{b}"</c> is the same key for ("1:2", "3") and ("1", "2:3").
/// Put text that others choose last, or at a fixed length.</para>
/// <para>Values in an interpolated key are written in the invariant culture, <c>null</c> as nothing. Text that is not well-formed UTF-16 is refused,
/// since its replacement characters would make different keys equal.</para>
/// <para>A key lives on the stack and may be passed to several calls. An interpolated key of more than 256 bytes rents an array, which
/// <see cref="Dispose"/> gives back (<c>using CacheKey key = $"…"</c>); one that is not disposed is left to the garbage collector.</para>
/// </remarks>
[InterpolatedStringHandler]
public ref partial struct CacheKey
{
    /// <summary>The longest key, in bytes of UTF-8: 4096.</summary>
    public const int MaxBytes = ByteStoreOptions.MaxKeyBytes;

    private readonly ReadOnlySpan<byte> _given;
    private readonly ReadOnlySpan<char> _text;
    private readonly KeyForm _form;
    private InlineKeyBytes _inline;
    private byte[]? _rented;
    private int _length;

    /// <summary>Makes a key of UTF-8 bytes, which are not copied: the span must live as long as the key.</summary>
    /// <param name="utf8">The bytes. Whatever they are, they are taken as they come.</param>
    public CacheKey(ReadOnlySpan<byte> utf8)
    {
        _given = utf8;
        _form = KeyForm.Given;
    }

    /// <summary>Makes a key of characters, encoded as UTF-8.</summary>
    /// <param name="text">The characters.</param>
    /// <exception cref="ArgumentException">The text is not well-formed UTF-16.</exception>
    public CacheKey(ReadOnlySpan<char> text)
    {
        switch (Utf8.FromUtf16(text, _inline, out _, out _length, replaceInvalidSequences: false))
        {
            case OperationStatus.Done:
                break;
            case OperationStatus.DestinationTooSmall:
                _text = text;
                _form = KeyForm.Text;
                break;
            default:
                throw KeyErrors.Malformed();
        }
    }

    /// <summary>Makes a key of UTF-8 bytes.</summary>
    public static implicit operator CacheKey(ReadOnlySpan<byte> utf8) => new(utf8);

    /// <summary>Makes a key of UTF-8 bytes.</summary>
    public static implicit operator CacheKey(byte[] utf8)
    {
        ArgumentNullException.ThrowIfNull(utf8, "key");
        return new(utf8.AsSpan());
    }

    /// <summary>Makes a key of characters, encoded as UTF-8.</summary>
    public static implicit operator CacheKey(ReadOnlySpan<char> text) => new(text);

    /// <summary>Makes a key of characters, encoded as UTF-8.</summary>
    public static implicit operator CacheKey(string text)
    {
        ArgumentNullException.ThrowIfNull(text, "key");
        return new(text.AsSpan());
    }

    /// <summary>Gives back the array that a long interpolated key rented; does nothing for other keys. The key must not be used afterwards.</summary>
    public void Dispose()
    {
        byte[]? rented = _rented;
        _rented = null;
        _length = 0;
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
    }

    /// <summary>The bytes of the key, checked, for the length of one call.</summary>
    /// <exception cref="ArgumentException">The key is empty, too long or malformed.</exception>
    [UnscopedRef]
    internal readonly KeyLease Lease() => _form switch
    {
        KeyForm.Given => new KeyLease(_given, rented: null),
        KeyForm.Text => KeyLease.Encode(_text),
        _ => new KeyLease(_rented is null ? ((ReadOnlySpan<byte>)_inline)[..Math.Min(_length, InlineKeyBytes.LengthBytes)] : _rented.AsSpan(0, Math.Min(_length, _rented.Length)), _length),
    };
}
