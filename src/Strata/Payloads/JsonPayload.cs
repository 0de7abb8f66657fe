using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Strata.Payloads;

/// <summary>JSON by System.Text.Json.</summary>
internal readonly struct JsonPayload<T> : IPayloadSerializer<T>
{
    /// <summary>The writer of this thread between two uses. A converter that uses a cache itself finds none and makes one.</summary>
    [ThreadStatic]
    private static Utf8JsonWriter? t_writer;

    /// <summary>What an idle writer points to, so that it keeps nobody's buffer alive. Nothing is written to it.</summary>
    private static readonly ArrayBufferWriter<byte> s_nowhere = new();

    private readonly JsonTypeInfo<T> _typeInfo;

    public JsonPayload(JsonTypeInfo<T> typeInfo)
    {
        ArgumentNullException.ThrowIfNull(typeInfo);
        _typeInfo = typeInfo;
    }

    public bool MakesImmutable => ImmutableType<T>.IsDeclared;

    public void Write(T value, IBufferWriter<byte> destination)
    {
        Utf8JsonWriter writer = t_writer ?? new Utf8JsonWriter(destination);
        t_writer = null;
        writer.Reset(destination);
        JsonSerializer.Serialize(writer, value, _typeInfo);
        writer.Flush();

        // After an exception the writer is left to the collector, whatever state it is in.
        writer.Reset(s_nowhere);
        t_writer = writer;
    }

    public bool TryRead(in ReadOnlySequence<byte> payload, [MaybeNullWhen(false)] out T value)
    {
        try
        {
            if (payload.IsSingleSegment)
            {
                value = JsonSerializer.Deserialize(payload.FirstSpan, _typeInfo);
            }
            else
            {
                var reader = new Utf8JsonReader(payload);
                value = JsonSerializer.Deserialize(ref reader, _typeInfo);
            }

            return value is not null;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // Not only what the reader refuses: converters and the constructors and setters of the value refuse in their own ways. Settings that fit no payload fail when one is written.
            value = default;
            return false;
        }
    }
}
