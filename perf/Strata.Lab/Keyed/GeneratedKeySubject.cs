using Strata.Lab.Operations;

namespace Strata.Lab.Keyed;

/// <summary>Strata, asked with generated typed keys.</summary>
internal sealed class GeneratedKeySubject(int entries) : StrataKeyedSubject(entries)
{
    public override string Name => "generated";

    public override long Read(ReadOnlySpan<int> indices)
    {
        long sum = 0;
        foreach (int index in indices)
        {
            if (!Cache.TryGet(PriceKeys.Of(Tenant(index), index), out Price price))
                throw NotAHit(Name);
            sum += price.Cents + price.Stock;
        }

        return sum;
    }
}
