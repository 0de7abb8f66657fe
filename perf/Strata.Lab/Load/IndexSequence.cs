namespace Strata.Lab.Load;

/// <summary>
/// Key indices drawn ahead of time, so that drawing costs nothing in a timed loop, and every subject visits the same keys in the same order.
/// </summary>
internal sealed class IndexSequence
{
    public const double ZipfExponent = 0.99;

    private readonly int[] _indices;

    private IndexSequence(int[] indices) => _indices = indices;

    public static IndexSequence Draw(Distribution distribution, int keyCount, int length, int seed)
    {
        Random random = new(seed);
        int[] indices = new int[length];
        if (distribution == Distribution.Uniform)
        {
            for (int i = 0; i < length; i++)
                indices[i] = random.Next(keyCount);
            return new(indices);
        }

        // Popular keys lie anywhere: a rank is not a place in memory.
        int[] keyOfRank = Permutation(keyCount, seed);
        ZipfSampler sampler = new(keyCount, ZipfExponent);
        for (int i = 0; i < length; i++)
            indices[i] = keyOfRank[sampler.Next(random)];
        return new(indices);
    }

    /// <summary>All of it.</summary>
    public ReadOnlySpan<int> Indices => _indices;

    /// <summary>Every index once, in random order.</summary>
    public static int[] Permutation(int count, int seed)
    {
        int[] order = new int[count];
        for (int i = 0; i < count; i++)
            order[i] = i;
        new Random(seed ^ 0x5EED).Shuffle(order);
        return order;
    }

    /// <summary>Window number <paramref name="window"/> of <paramref name="length"/> indices; windows go round the sequence, and the last piece too short for one is left out.</summary>
    public ReadOnlySpan<int> Window(int window, int length) => _indices.AsSpan(StartOf(window, length, _indices.Length), length);

    /// <summary>Where window number <paramref name="window"/> of <paramref name="length"/> begins in a sequence that is gone round.</summary>
    public static int StartOf(int window, int length, int total) => window % (total / length) * length;
}
