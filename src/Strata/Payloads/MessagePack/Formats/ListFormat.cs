using System.Runtime.InteropServices;

namespace Strata.Payloads.MessagePack.Formats;

/// <summary>Lists. One that is kept behind an interface is read as a <see cref="List{T}"/>.</summary>
/// <typeparam name="T">The elements.</typeparam>
/// <typeparam name="TFormat">How an element is written.</typeparam>
public readonly struct ListFormat<T, TFormat> : IMessagePackFormat<List<T>>, IMessagePackFormat<IList<T>>, IMessagePackFormat<IReadOnlyList<T>>
    where TFormat : IMessagePackFormat<T>
{
    /// <inheritdoc/>
    public static void Write(ref MessagePackWriter writer, List<T>? value)
    {
        if (value is null)
            writer.WriteNil();
        else
            ArrayFormat<T, TFormat>.Write(ref writer, CollectionsMarshal.AsSpan(value));
    }

    /// <inheritdoc/>
    public static bool TryRead(ref MessagePackReader reader, out List<T>? value)
    {
        value = null;
        if (reader.TryReadNil())
            return true;
        if (!reader.TryBeginArray(out int count))
            return false;
        var read = new List<T>(count);
        for (int i = 0; i < count; i++)
        {
            if (!TFormat.TryRead(ref reader, out T? element))
                return false;
            read.Add(element!);
        }

        reader.End();
        value = read;
        return true;
    }

    /// <inheritdoc/>
    public static void Write(ref MessagePackWriter writer, IList<T>? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNil();
                break;
            case List<T> list:
                Write(ref writer, list);
                break;
            case T[] array:
                ArrayFormat<T, TFormat>.Write(ref writer, new ReadOnlySpan<T>(array));
                break;
            default:
                int count = value.Count;
                writer.BeginArray(count);
                for (int i = 0; i < count; i++)
                    TFormat.Write(ref writer, value[i]);
                writer.End();
                break;
        }
    }

    /// <inheritdoc/>
    public static bool TryRead(ref MessagePackReader reader, out IList<T>? value)
    {
        bool isRead = TryRead(ref reader, out List<T>? list);
        value = list;
        return isRead;
    }

    /// <inheritdoc/>
    public static void Write(ref MessagePackWriter writer, IReadOnlyList<T>? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNil();
                break;
            case List<T> list:
                Write(ref writer, list);
                break;
            case T[] array:
                ArrayFormat<T, TFormat>.Write(ref writer, new ReadOnlySpan<T>(array));
                break;
            default:
                int count = value.Count;
                writer.BeginArray(count);
                for (int i = 0; i < count; i++)
                    TFormat.Write(ref writer, value[i]);
                writer.End();
                break;
        }
    }

    /// <inheritdoc/>
    public static bool TryRead(ref MessagePackReader reader, out IReadOnlyList<T>? value)
    {
        bool isRead = TryRead(ref reader, out List<T>? list);
        value = list;
        return isRead;
    }
}
