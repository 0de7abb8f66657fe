using System.Numerics;

namespace Strata.Files.Layout;

/// <summary>Lengths in units of eight bytes, rounded up to four steps an octave: seven bits tell how much one read must ask for, at most a quarter too much.</summary>
internal static class SizeClass
{
    public const int Bits = 7;
    private const int StepsPerOctave = 4;
    private const int Exact = 8;

    public static int Of(uint units)
    {
        if (units < Exact)
            return (int)units;
        int octave = BitOperations.Log2(units);
        uint step = units >> (octave - 2);
        int shape = Exact + (octave - 3) * StepsPerOctave + (int)(step - StepsPerOctave);
        return step << (octave - 2) == units ? shape : shape + 1;
    }

    /// <summary>The longest length of a class, in units.</summary>
    public static uint UnitsOf(int sizeClass)
    {
        if (sizeClass < Exact)
            return (uint)sizeClass;
        int octave = 3 + (sizeClass - Exact) / StepsPerOctave;
        return (uint)(StepsPerOctave + (sizeClass - Exact) % StepsPerOctave) << (octave - 2);
    }
}
