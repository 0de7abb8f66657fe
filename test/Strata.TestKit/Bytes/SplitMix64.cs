namespace Strata.TestKit.Bytes;

/// <summary>The SplitMix64 sequence (Steele, Lea, Flood, 2014): a small generator whose numbers are the same on every machine and release.</summary>
public struct SplitMix64(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        ulong z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A number from 0 to <paramref name="bound"/> - 1, uniform but for a bias of bound / 2^64.</summary>
    public int Next(int bound) => (int)(Next() % (ulong)bound);
}
