namespace Strata.Engine.Stress;

/// <summary>Seeds from seeds: the same on every machine and in every process, and unlike each other however alike the parts are.</summary>
internal static class Seeds
{
    public static int Mix(params ReadOnlySpan<int> parts)
    {
        ulong mixed = 0;
        foreach (int part in parts)
        {
            // The step and finish of SplitMix64 (Steele, Lea, Flood, 2014).
            mixed = (mixed ^ (uint)part) + 0x9E37_79B9_7F4A_7C15;
            mixed = (mixed ^ (mixed >> 30)) * 0xBF58_476D_1CE4_E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D0_49BB_1331_11EB;
            mixed ^= mixed >> 31;
        }

        return (int)(mixed >> 33);
    }
}
