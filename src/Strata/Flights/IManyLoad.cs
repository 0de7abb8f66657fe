using Strata.Entries;
using Strata.Payloads;

namespace Strata.Flights;

/// <summary>What a call for many keys brings to its flights: one factory for all of them.</summary>
/// <typeparam name="T">The type of the values.</typeparam>
internal interface IManyLoad<T> : ILoad<T>
{
    /// <summary>Runs the factory. The only place where it is called.</summary>
    /// <param name="missing">The keys to load, as their places among the keys of the call.</param>
    /// <param name="context">What the factory is told.</param>
    /// <returns>The values in the order of the places; no hit where there is none.</returns>
    ValueTask<CacheResult<T>[]> LoadManyAsync(int[] missing, BatchLoadContext context);

    void Write(T value, PayloadBuffer payload);
}
