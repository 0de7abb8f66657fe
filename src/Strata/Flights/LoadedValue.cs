using System.Buffers;
using Strata.Entries;
using Strata.Payloads;

namespace Strata.Flights;

/// <summary>The step from a factory's value to a payload.</summary>
internal static class LoadedValue
{
    /// <exception cref="InvalidOperationException">The factory returned <c>null</c>, and "there is none" is not kept.</exception>
    public static T Write<T, TSerializer>(T value, TSerializer serializer, int keyBytes, LoadContext context, PayloadBuffer payload)
        where TSerializer : IPayloadSerializer<T>
    {
        if (value is null && context.MayBeNothing)
            context.IsNothing = true;
        if (context.IsNothing)
            return default!;
        if (value is null)
            throw new InvalidOperationException($"The factory returned null for a key of {keyBytes} bytes; a cache cannot tell a stored null from nothing. Set a NegativeTtl, return a value that stands for \"none\", or throw.");
        if (context.IsUnchanged)
        {
            context.RestoreUnchanged(payload);
            return value;
        }

        serializer.Write(value, payload);
        return value;
    }
}
