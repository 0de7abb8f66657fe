using System.Collections.Concurrent;
using Strata.Lab.Operations;

namespace Strata.Lab.Keyed;

/// <summary>A dictionary, asked with interpolated strings. Its values are structs, and so lie where its keys do.</summary>
internal sealed class DictionaryKeySubject : KeyedSubject
{
    private readonly ConcurrentDictionary<string, Price> _prices = new();

    public override string Name => "dictionary";

    public override void Fill(int entries)
    {
        for (int index = 0; index < entries; index++)
            _prices[$"price:{Tenant(index)}:{index}"] = PriceOf(index);
    }

    public override long Read(ReadOnlySpan<int> indices)
    {
        long sum = 0;
        foreach (int index in indices)
        {
            if (!_prices.TryGetValue($"price:{Tenant(index)}:{index}", out Price price))
                throw NotAHit(Name);
            sum += price.Cents + price.Stock;
        }

        return sum;
    }
}
