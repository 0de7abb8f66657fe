using Strata.Lab.Operations;

namespace Strata.Lab.Keyed;

/// <summary>Strata, asked with interpolated keys, which are written on the stack too and escape nothing.</summary>
internal sealed class InterpolatedKeySubject(int entries) : StrataKeyedSubject(entries)
{
    public override string Name => "interpolated";

    public override long Read(ReadOnlySpan<int> indices)
    {
        long sum = 0;
        foreach (int index in indices)
        {
            if (!Cache.TryGet($"price:{Tenant(index)}:{index}", out Price price))
                throw NotAHit(Name);
            sum += price.Cents + price.Stock;
        }

        return sum;
    }
}
