namespace Strata.Payloads.MessagePack.Formats;

/// <summary>Sets with the default comparer. An element that occurs twice is kept once; more than 1,000 elements in one bucket are refused.</summary>
/// <typeparam name="T">The elements.</typeparam>
/// <typeparam name="TFormat">How an element is written.</typeparam>
public readonly struct HashSetFormat<T, TFormat> : IMessagePackFormat<HashSet<T>>
    where TFormat : IMessagePackFormat<T>
{
    /// <inheritdoc/>
    public static void Write(ref MessagePackWriter writer, HashSet<T>? value)
    {
        if (value is null)
        {
            writer.WriteNil();
            return;
        }

        writer.BeginArray(value.Count);
        foreach (T element in value)
            TFormat.Write(ref writer, element);
        writer.End();
    }

    /// <inheritdoc/>
    public static bool TryRead(ref MessagePackReader reader, out HashSet<T>? value)
    {
        value = null;
        if (reader.TryReadNil())
            return true;
        if (!reader.TryBeginArray(out int count))
            return false;
        var read = new HashSet<T>(count);
        var chains = new HashChains<T>(count, read.Capacity);
        for (int i = 0; i < count; i++)
        {
            if (!TFormat.TryRead(ref reader, out T? element) || (read.Add(element!) && !chains.TryCount(element!)))
                return false;
        }

        reader.End();
        value = read;
        return true;
    }
}
