namespace Strata.Lab.Load;

/// <summary>A bijection of 64-bit words that scatters neighbours: two rounds of xor-shift and odd multiplication.</summary>
internal static class Mixer
{
    public static ulong Mix(ulong word)
    {
        word = (word ^ (word >> 32)) * 0xD6E8FEB86659FD93;
        word = (word ^ (word >> 32)) * 0xD6E8FEB86659FD93;
        return word ^ (word >> 32);
    }
}
