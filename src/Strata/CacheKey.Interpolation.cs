using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Unicode;
using Strata.Keys;

namespace Strata;

public ref partial struct CacheKey
{
    /// <summary>The length of a key that outgrew <see cref="MaxBytes"/> while it was written; the call that gets it refuses it.</summary>
    private const int Overlong = int.MaxValue;

    /// <summary>Starts an interpolated key. Called by the compiler.</summary>
    /// <param name="literalLength">The characters of the literal parts.</param>
    /// <param name="formattedCount">The number of holes.</param>
    [SuppressMessage("Style", "IDE0060", Justification = "The compiler's pattern for interpolated string handlers.")]
    public CacheKey(int literalLength, int formattedCount)
    {
    }

    private readonly int Capacity => _rented?.Length is { } length ? Math.Min(length, MaxBytes) : InlineKeyBytes.LengthBytes;

    /// <summary>Writes a literal part. Called by the compiler.</summary>
    /// <param name="value">The text.</param>
    public void AppendLiteral(string value) => AppendText(value);

    /// <summary>Writes text; <c>null</c> writes nothing.</summary>
    /// <param name="value">The text.</param>
    public void AppendFormatted(string? value) => AppendText(value);

    /// <summary>Writes text.</summary>
    /// <param name="value">The text.</param>
    public void AppendFormatted(scoped ReadOnlySpan<char> value) => AppendText(value);

    /// <summary>Writes one character.</summary>
    /// <param name="value">The character.</param>
    public void AppendFormatted(char value)
    {
        ReadOnlySpan<char> text = [value];
        AppendText(text);
    }

    /// <summary>Writes bytes as they are.</summary>
    /// <param name="value">The bytes, UTF-8 by convention.</param>
    public void AppendFormatted(scoped ReadOnlySpan<byte> value)
    {
        if (!Reserve(value.Length))
            return;
        value.CopyTo(Free());
        _length += value.Length;
    }

    /// <summary>Writes a value in the invariant culture; <c>null</c> writes nothing.</summary>
    /// <typeparam name="T">The type of the value. Numbers, <see cref="Guid"/>, dates, enums and whatever formats itself into a span allocate nothing.</typeparam>
    /// <param name="value">The value.</param>
    /// <param name="format">The format, as after the colon of a hole; <c>null</c> is the type's general one.</param>
    public void AppendFormatted<T>(T value, string? format = null)
    {
        // The test and the cast are resolved when the code is compiled for a value type: nothing is boxed.
        if (value is not IUtf8SpanFormattable)
        {
            AppendIndirectly(value, format);
            return;
        }

        while (_length != Overlong)
        {
            if (((IUtf8SpanFormattable)value).TryFormat(Free(), out int written, format, CultureInfo.InvariantCulture))
            {
                _length += written;
                return;
            }

            Reserve(Capacity - _length + 1);
        }
    }

    /// <summary>Through the runtime's own handler: it formats enums and character-only types without boxing them.</summary>
    private void AppendIndirectly<T>(T value, string? format)
    {
        Span<char> scratch = stackalloc char[128];
        var text = new DefaultInterpolatedStringHandler(0, 1, CultureInfo.InvariantCulture, scratch);
        text.AppendFormatted(value, format);
        AppendText(text.Text);
        text.Clear();
    }

    private void AppendText(scoped ReadOnlySpan<char> text)
    {
        while (_length != Overlong)
        {
            switch (Utf8.FromUtf16(text, Free(), out int read, out int written, replaceInvalidSequences: false))
            {
                case OperationStatus.Done:
                    _length += written;
                    return;
                case OperationStatus.DestinationTooSmall:
                    text = text[read..];
                    _length += written;
                    Reserve(Math.Max(text.Length, Capacity - _length + 1));
                    break;
                default:
                    throw KeyErrors.Malformed();
            }
        }
    }

    [UnscopedRef]
    private Span<byte> Free() => (_rented is null ? _inline : _rented.AsSpan(0, Capacity))[_length..];

    /// <summary>Makes room for so many more bytes, or marks the key as too long.</summary>
    private bool Reserve(int bytes)
    {
        if (_length == Overlong)
            return false;
        if (bytes <= Capacity - _length)
            return true;
        if (bytes > MaxBytes - _length)
        {
            _length = Overlong;
            return false;
        }

        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Min(MaxBytes, Math.Max(_length + bytes, 2 * Capacity)));
        ReadOnlySpan<byte> written = _rented is null ? _inline : _rented;
        written[.._length].CopyTo(larger);
        if (_rented is not null)
            ArrayPool<byte>.Shared.Return(_rented);
        _rented = larger;
        return true;
    }
}
