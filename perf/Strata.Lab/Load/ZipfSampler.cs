namespace Strata.Lab.Load;

/// <summary>
/// Draws ranks 0…n−1 with probability proportional to 1/(rank+1)^exponent, exactly and in constant time, by rejection inversion:
/// a point is drawn under the integral of the density, its abscissa is rounded to a rank, and the few points that lie above that
/// rank's own bar are thrown away. Needs no table, so that eight million ranks cost nothing to set up.
/// </summary>
internal sealed class ZipfSampler
{
    private readonly double _exponent;
    private readonly int _count;
    private readonly double _areaFirst;
    private readonly double _areaLast;

    public ZipfSampler(int count, double exponent)
    {
        _exponent = exponent;
        _count = count;
        _areaFirst = Area(1.5) - 1;
        _areaLast = Area(count + 0.5);
    }

    public int Next(Random random)
    {
        while (true)
        {
            double area = _areaLast + (random.NextDouble() * (_areaFirst - _areaLast));
            int rank = Math.Clamp((int)Math.Round(Abscissa(area)), 1, _count);
            if (area >= Area(rank + 0.5) - Math.Pow(rank, -_exponent))
                return rank - 1;
        }
    }

    /// <summary>The integral of x^−exponent from 1 to <paramref name="x"/>.</summary>
    private double Area(double x) => _exponent == 1 ? Math.Log(x) : (Math.Pow(x, 1 - _exponent) - 1) / (1 - _exponent);

    private double Abscissa(double area) => _exponent == 1 ? Math.Exp(area) : Math.Pow(1 + (area * (1 - _exponent)), 1 / (1 - _exponent));
}
