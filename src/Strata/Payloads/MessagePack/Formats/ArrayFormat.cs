using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Strata.Payloads.MessagePack.Formats;

/// <summary>Arrays, in either form.</summary>
/// <typeparam name="T">The elements.</typeparam>
/// <typeparam name="TFormat">How an element is written.</typeparam>
public readonly struct ArrayFormat<T, TFormat> : IMessagePackFormat<T[]>, IMessagePackFormat<ImmutableArray<T>>
    where TFormat : IMessagePackFormat<T>
{
    /// <inheritdoc/>
    public static void Write(ref MessagePackWriter writer, T[]? value)
    {
        if (value is null)
            writer.WriteNil();
        else
            Write(ref writer, new ReadOnlySpan<T>(value));
    }

    /// <inheritdoc/>
    public static bool TryRead(ref MessagePackReader reader, out T[]? value)
    {
        value = null;
        if (reader.TryReadNil())
            return true;
        if (!reader.TryBeginArray(out int count))
            return false;
        T[] read = count == 0 ? [] : new T[count];
        for (int i = 0; i < read.Length; i++)
        {
            if (!TFormat.TryRead(ref reader, out T? element))
                return false;
            read[i] = element!;
        }

        reader.End();
        value = read;
        return true;
    }

    /// <inheritdoc/>
    public static void Write(ref MessagePackWriter writer, ImmutableArray<T> value)
    {
        if (value.IsDefault)
            writer.WriteNil();
        else
            Write(ref writer, value.AsSpan());
    }

    /// <inheritdoc/>
    public static bool TryRead(ref MessagePackReader reader, out ImmutableArray<T> value)
    {
        bool isRead = TryRead(ref reader, out T[]? array);
        value = ImmutableCollectionsMarshal.AsImmutableArray(array);
        return isRead;
    }

    internal static void Write(ref MessagePackWriter writer, scoped ReadOnlySpan<T> value)
    {
        writer.BeginArray(value.Length);
        foreach (T element in value)
            TFormat.Write(ref writer, element);
        writer.End();
    }
}
