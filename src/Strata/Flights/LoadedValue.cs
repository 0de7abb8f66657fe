using Strata.Payloads;

namespace Strata.Flights;

/// <summary>The step from a factory's value to a payload.</summary>
internal static class LoadedValue
{
    /// <exception cref="InvalidOperationException">The factory returned <c>null</c>.</exception>
    public static T Write<T, TSerializer>(T value, TSerializer serializer, int keyBytes, PayloadBuffer payload)
        where TSerializer : IPayloadSerializer<T>
    {
        if (value is null)
            throw new InvalidOperationException($"The factory returned null for a key of {keyBytes} bytes; a cache cannot tell a stored null from nothing. Return a value that stands for \"none\", or throw.");
        serializer.Write(value, payload);
        return value;
    }
}
