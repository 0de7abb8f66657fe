namespace Strata.Engine.Insight;

/// <summary>Sorts the entries that are looked at into classes, and keeps those with the longest values.</summary>
internal sealed class InsightSample(int topKeys, long nowMs)
{
    private const int FrequencyCount = 4;

    private static readonly TimeSpan[] Bounds =
    [
        TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10),
        TimeSpan.FromHours(1), TimeSpan.FromHours(6), TimeSpan.FromDays(1), TimeSpan.FromDays(7), TimeSpan.MaxValue,
    ];

    private readonly EntryClass[] _frequencies = new EntryClass[FrequencyCount];
    private readonly EntryClass[] _ages = new EntryClass[Bounds.Length];
    private readonly EntryClass[] _lives = new EntryClass[Bounds.Length + 1];
    private readonly PriorityQueue<SampledEntry, int> _largest = new();
    private EntryClass _notExpiring;

    public int Count { get; private set; }

    /// <summary>The entries with the longest values, the longest first.</summary>
    public IEnumerable<SampledEntry> Largest => _largest.UnorderedItems.Select(item => item.Element).OrderByDescending(entry => entry.ValueBytes);

    public void Add(in SampledEntry entry)
    {
        Count++;
        Add(ref _frequencies[Math.Min(entry.Frequency, FrequencyCount - 1)], in entry);
        Add(ref _ages[ClassOf(entry.AgeMs)], in entry);
        if (entry.ExpiryMs == long.MaxValue)
            Add(ref _notExpiring, in entry);
        else
            Add(ref _lives[entry.ExpiryMs <= nowMs ? 0 : 1 + ClassOf(entry.ExpiryMs - nowMs)], in entry);
        if (_largest.Count < topKeys)
            _largest.Enqueue(entry, entry.ValueBytes);
        else if (topKeys > 0)
            _largest.EnqueueDequeue(entry, entry.ValueBytes);
    }

    /// <summary>What the sample says of a store with so many entries.</summary>
    public StoreInsight Describe(long entryCount, IReadOnlyList<KeyInsight> hottest, IReadOnlyList<KeyInsight> largest, HitRatioEstimate? hitRatios)
    {
        double scale = Count == 0 ? 0 : Math.Max(1, (double)entryCount / Count);
        return new StoreInsight
        {
            EntryCount = entryCount,
            SampledEntries = Count,
            HottestKeys = hottest,
            LargestKeys = largest,
            Frequencies = Array.ConvertAll(_frequencies, found => Scaled(found, scale)),
            Ages = Classes(Bounds, _ages, scale),
            TimesToLive = Classes([TimeSpan.Zero, .. Bounds], _lives, scale),
            NotExpiring = Scaled(_notExpiring, scale),
            HitRatios = hitRatios,
        };
    }

    private static void Add(ref EntryClass found, in SampledEntry entry) => found = new EntryClass(found.EntryCount + 1, found.Bytes + entry.EntryBytes);

    private static int ClassOf(long milliseconds) => Array.FindIndex(Bounds, bound => milliseconds < bound.TotalMilliseconds);

    private static TimeClass[] Classes(TimeSpan[] bounds, EntryClass[] found, double scale) =>
        [.. bounds.Select((bound, index) => new TimeClass(bound, Scaled(found[index], scale)))];

    private static EntryClass Scaled(EntryClass found, double scale) => new((long)Math.Round(found.EntryCount * scale), (long)Math.Round(found.Bytes * scale));
}
