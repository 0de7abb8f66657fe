using System.Numerics;

namespace Strata.Files.Layout;

/// <summary>Lengths in units of eight bytes, rounded up to eight steps an octave: eight bits tell how much one read must ask for, at most an eighth too much.</summary>
internal static class SizeClass
{
    public const int Bits = 8;
    private const int StepsPerOctave = 8;
    private const int Exact = 16;

    public static int Of(uint units)
    {
        if (units < Exact)
            return (int)units;
        int octave = BitOperations.Log2(units);
        uint step = units >> (octave - 3);
        int shape = Exact + (octave - 4) * StepsPerOctave + (int)(step - StepsPerOctave);
        return step << (octave - 3) == units ? shape : shape + 1;
    }

    /// <summary>The longest length of a class, in units.</summary>
    public static uint UnitsOf(int sizeClass)
    {
        if (sizeClass < Exact)
            return (uint)sizeClass;
        int octave = 4 + (sizeClass - Exact) / StepsPerOctave;
        return (uint)(StepsPerOctave + (sizeClass - Exact) % StepsPerOctave) << (octave - 3);
    }
}
