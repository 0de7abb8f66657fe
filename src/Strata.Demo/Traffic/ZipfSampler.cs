namespace Strata.Demo.Traffic;

/// <summary>
/// Draws ranks from 0 to N−1 with probability proportional to 1/(rank+1)^skew, by rejection-inversion (Hörmann and Derflinger, 1996):
/// constant time, no table.
/// </summary>
internal sealed class ZipfSampler
{
    private readonly int _count;
    private readonly double _oneMinusSkew;
    private readonly double _skew;
    private readonly double _areaOfFirst;
    private readonly double _areaOfAll;
    private readonly double _squeeze;

    public ZipfSampler(int count, double skew)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(skew);
        _count = count;
        _skew = skew;
        _oneMinusSkew = 1 - skew;
        _areaOfFirst = Area(1.5) - 1;
        _areaOfAll = Area(count + 0.5);
        _squeeze = 2 - AreaInverse(Area(2.5) - Height(2));
    }

    public int Next(ref SplitMix random)
    {
        while (true)
        {
            double area = _areaOfAll + random.NextDouble() * (_areaOfFirst - _areaOfAll);
            double x = AreaInverse(area);
            double rank = Math.Clamp(Math.Round(x), 1, _count);
            if (rank - x <= _squeeze || area >= Area(rank + 0.5) - Height(rank))
                return (int)rank - 1;
        }
    }

    private double Height(double x) => Math.Pow(x, -_skew);

    // The primitive of Height; at a skew of one it is the logarithm, and near one the quotient loses its digits.
    private double Area(double x) =>
        Math.Abs(_oneMinusSkew) < 1e-9 ? Math.Log(x) : (Math.Pow(x, _oneMinusSkew) - 1) / _oneMinusSkew;

    private double AreaInverse(double area) =>
        Math.Abs(_oneMinusSkew) < 1e-9 ? Math.Exp(area) : Math.Pow(1 + area * _oneMinusSkew, 1 / _oneMinusSkew);
}
