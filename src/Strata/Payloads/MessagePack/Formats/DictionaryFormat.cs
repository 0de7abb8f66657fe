namespace Strata.Payloads.MessagePack.Formats;

/// <summary>Dictionaries with the default comparer. One that is kept behind an interface is read as a <see cref="Dictionary{TKey, TValue}"/>. A key that occurs twice, nil as a key, and more than 1,000 keys in one bucket are refused.</summary>
/// <typeparam name="TKey">The keys.</typeparam>
/// <typeparam name="TKeyFormat">How a key is written.</typeparam>
/// <typeparam name="TValue">The values.</typeparam>
/// <typeparam name="TValueFormat">How a value is written.</typeparam>
public readonly struct DictionaryFormat<TKey, TKeyFormat, TValue, TValueFormat> :
    IMessagePackFormat<Dictionary<TKey, TValue>>,
    IMessagePackFormat<IDictionary<TKey, TValue>>,
    IMessagePackFormat<IReadOnlyDictionary<TKey, TValue>>
    where TKey : notnull
    where TKeyFormat : IMessagePackFormat<TKey>
    where TValueFormat : IMessagePackFormat<TValue>
{
    /// <inheritdoc/>
    public static void Write(ref MessagePackWriter writer, Dictionary<TKey, TValue>? value)
    {
        if (value is null)
        {
            writer.WriteNil();
            return;
        }

        writer.BeginMap(value.Count);
        foreach ((TKey key, TValue element) in value)
        {
            TKeyFormat.Write(ref writer, key);
            TValueFormat.Write(ref writer, element);
        }

        writer.End();
    }

    /// <inheritdoc/>
    public static bool TryRead(ref MessagePackReader reader, out Dictionary<TKey, TValue>? value)
    {
        value = null;
        if (reader.TryReadNil())
            return true;
        if (!reader.TryBeginMap(out int count))
            return false;
        var read = new Dictionary<TKey, TValue>(count);
        var chains = new HashChains<TKey>(count, read.Capacity);
        for (int i = 0; i < count; i++)
        {
            if (!TKeyFormat.TryRead(ref reader, out TKey? key) || key is null || !TValueFormat.TryRead(ref reader, out TValue? element) || !read.TryAdd(key, element!) || !chains.TryCount(key))
                return false;
        }

        reader.End();
        value = read;
        return true;
    }

    /// <inheritdoc/>
    public static void Write(ref MessagePackWriter writer, IDictionary<TKey, TValue>? value) => WriteAny(ref writer, value, value?.Count ?? 0);

    /// <inheritdoc/>
    public static bool TryRead(ref MessagePackReader reader, out IDictionary<TKey, TValue>? value)
    {
        bool isRead = TryRead(ref reader, out Dictionary<TKey, TValue>? dictionary);
        value = dictionary;
        return isRead;
    }

    /// <inheritdoc/>
    public static void Write(ref MessagePackWriter writer, IReadOnlyDictionary<TKey, TValue>? value) => WriteAny(ref writer, value, value?.Count ?? 0);

    /// <inheritdoc/>
    public static bool TryRead(ref MessagePackReader reader, out IReadOnlyDictionary<TKey, TValue>? value)
    {
        bool isRead = TryRead(ref reader, out Dictionary<TKey, TValue>? dictionary);
        value = dictionary;
        return isRead;
    }

    private static void WriteAny(ref MessagePackWriter writer, IEnumerable<KeyValuePair<TKey, TValue>>? value, int count)
    {
        if (value is null or Dictionary<TKey, TValue>)
        {
            Write(ref writer, (Dictionary<TKey, TValue>?)value);
            return;
        }

        writer.BeginMap(count);
        foreach ((TKey key, TValue element) in value)
        {
            TKeyFormat.Write(ref writer, key);
            TValueFormat.Write(ref writer, element);
        }

        writer.End();
    }
}
