namespace Strata.Engine.Insight;

/// <summary>
/// The hashes that are read most, by a stream of weighted samples: the Space-Saving summary (Metwally, Agrawal, El Abbadi, "Efficient computation of frequent
/// and top-k elements in data streams", ICDT 2005). A hash that is not among those kept takes the place of the one with the least count, and inherits
/// that count as its error. After so many samples all counts are halved, so that it follows the traffic.
/// </summary>
/// <remarks>Thread-safe. A sample that meets another one is lost: a reader never waits here.</remarks>
internal sealed class HotKeys
{
    public const int KeptCount = 256;
    private const int SamplesToHalve = 1 << 14;

    private readonly Lock _gate = new();
    private readonly ulong[] _hashes = new ulong[KeptCount];
    private readonly ulong[] _counts = new ulong[KeptCount];
    private readonly ulong[] _errors = new ulong[KeptCount];
    private int _used;
    private int _samples;
    private ulong _total;

    /// <summary>The bytes of memory it takes.</summary>
    public static int LengthBytes => 3 * KeptCount * sizeof(ulong);

    /// <summary>Counts a read of a key that stands for so many.</summary>
    public void Add(ulong hash, ulong weight)
    {
        if (!_gate.TryEnter())
            return;
        try
        {
            if (++_samples == SamplesToHalve)
                HalveUnderLock();
            _total += weight;
            _counts[PlaceOfUnderLock(hash)] += weight;
        }
        finally
        {
            _gate.Exit();
        }
    }

    /// <summary>Copies the hashes whose counts are above their errors, the most certain first, each with its part of all reads.</summary>
    public int CopyTo(Span<(ulong Hash, double Share)> destination)
    {
        Span<(ulong Hash, double Share)> all = stackalloc (ulong, double)[KeptCount];
        int count = 0;
        lock (_gate)
        {
            for (int i = 0; i < _used; i++)
            {
                if (_counts[i] > _errors[i])
                    all[count++] = (_hashes[i], (_counts[i] - _errors[i]) / (double)_total);
            }
        }

        all = all[..count];
        all.Sort((left, right) => right.Share.CompareTo(left.Share));
        all = all[..Math.Min(count, destination.Length)];
        all.CopyTo(destination);
        return all.Length;
    }

    private int PlaceOfUnderLock(ulong hash)
    {
        int place = _hashes.AsSpan(0, _used).IndexOf(hash);
        if (place >= 0)
            return place;
        if (_used < KeptCount)
            place = _used++;
        else
            place = LeastUnderLock();
        _hashes[place] = hash;
        _errors[place] = _counts[place];
        return place;
    }

    private int LeastUnderLock()
    {
        int least = 0;
        for (int i = 1; i < KeptCount; i++)
        {
            if (_counts[i] < _counts[least])
                least = i;
        }

        return least;
    }

    private void HalveUnderLock()
    {
        _samples = 0;
        _total /= 2;
        for (int i = 0; i < _used; i++)
        {
            _counts[i] /= 2;
            _errors[i] /= 2;
        }
    }
}
