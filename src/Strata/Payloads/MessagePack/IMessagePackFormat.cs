namespace Strata.Payloads.MessagePack;

/// <summary>How the values of one type are written in the MessagePack format. The generator makes these for your contracts; write one yourself for a layout of your own.</summary>
/// <typeparam name="T">The type of the values.</typeparam>
/// <remarks>Called from any thread, several at once.</remarks>
public interface IMessagePackFormat<T>
{
    /// <summary>Writes one value.</summary>
    /// <param name="writer">The writer.</param>
    /// <param name="value">The value; a reference may be <c>null</c>, which is nil.</param>
    static abstract void Write(ref MessagePackWriter writer, T? value);

    /// <summary>Reads one value.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="value">The value; a reference may be <c>null</c>.</param>
    /// <returns><c>false</c> when the bytes hold no such value. The reader must not be used further then.</returns>
    static abstract bool TryRead(ref MessagePackReader reader, out T? value);
}
