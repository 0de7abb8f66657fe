namespace Strata.Payloads.MessagePack.Formats;

/// <summary>A struct or nil.</summary>
/// <typeparam name="T">The struct.</typeparam>
/// <typeparam name="TFormat">How the struct is written.</typeparam>
public readonly struct NullableFormat<T, TFormat> : IMessagePackFormat<T?>
    where T : struct
    where TFormat : IMessagePackFormat<T>
{
    /// <inheritdoc/>
    public static void Write(ref MessagePackWriter writer, T? value)
    {
        if (value is T present)
            TFormat.Write(ref writer, present);
        else
            writer.WriteNil();
    }

    /// <inheritdoc/>
    public static bool TryRead(ref MessagePackReader reader, out T? value)
    {
        value = null;
        if (reader.TryReadNil())
            return true;
        if (!TFormat.TryRead(ref reader, out T present))
            return false;
        value = present;
        return true;
    }
}
