namespace Strata.Engine.Stress.Parity;

/// <summary>Sequences of requests that reach every part of the policy. Each is a function of capacity and seed.</summary>
internal static class RequestSequences
{
    public const int Requests = 20_000;

    public static IReadOnlyDictionary<string, Func<int, int, IEnumerable<ParityRequest>>> All { get; } = new Dictionary<string, Func<int, int, IEnumerable<ParityRequest>>>
    {
        ["random"] = (capacity, seed) => Random(2 * capacity, seed),
        ["random over many keys"] = (capacity, seed) => Random(20 * capacity, seed),
        ["Zipf"] = (capacity, seed) => Zipf(10 * capacity, 1.0, seed),
        ["flat Zipf"] = (capacity, seed) => Zipf(4 * capacity, 0.7, seed),
        ["loop that fits"] = (capacity, _) => Loop(capacity * 9 / 10),
        ["loop just too long"] = (capacity, _) => Loop(capacity + 2 + capacity / 10),
        ["loop of two capacities"] = (capacity, _) => Loop(2 * capacity),
        ["scans over a hot set"] = ScansOverHotSet,
        ["everything hot, then new keys"] = (capacity, _) => HotThenNew(capacity),
        ["Zipf with writes"] = (capacity, seed) => Zipf(10 * capacity, 0.9, seed).Select((request, i) => request with { IsWrite = i % 7 == 0 }),
        ["one after another"] = (capacity, seed) =>
            All!.Where(sequence => sequence.Key != "one after another").SelectMany(sequence => sequence.Value(capacity, seed).Take(4 * capacity)),
    };

    private static IEnumerable<ParityRequest> Random(int keys, int seed)
    {
        var random = new Random(seed);
        for (int i = 0; i < Requests; i++)
            yield return new ParityRequest(random.Next(keys));
    }

    private static IEnumerable<ParityRequest> Zipf(int keys, double exponent, int seed)
    {
        var random = new Random(seed);
        var sums = new double[keys];
        double sum = 0;
        for (int rank = 0; rank < keys; rank++)
            sums[rank] = sum += Math.Pow(rank + 1, -exponent);
        for (int i = 0; i < Requests; i++)
        {
            int found = Array.BinarySearch(sums, random.NextDouble() * sum);
            yield return new ParityRequest(found < 0 ? ~found : found);
        }
    }

    private static IEnumerable<ParityRequest> Loop(int keys) => Enumerable.Range(0, Requests).Select(i => new ParityRequest(i % keys));

    // New keys, now and then one that was seen a short while ago, and a hot set in between.
    private static IEnumerable<ParityRequest> ScansOverHotSet(int capacity, int seed)
    {
        var random = new Random(seed);
        int hot = Math.Max(1, capacity / 3);
        long next = hot;
        for (int i = 0; i < Requests; i++)
        {
            yield return new ParityRequest(random.Next(10) switch
            {
                < 4 => random.Next(hot),
                < 5 => Math.Max(0, next - random.Next(2 * capacity)),
                _ => next++,
            });
        }
    }

    // The hand meets nothing but what was hit three times.
    private static IEnumerable<ParityRequest> HotThenNew(int capacity)
    {
        for (int round = 0; round * 6 * capacity < Requests; round++)
        {
            for (int i = 0; i < 5 * capacity; i++)
                yield return new ParityRequest(i % Math.Max(1, capacity - 2));
            for (int i = 0; i < capacity; i++)
                yield return new ParityRequest((round + 1L) * 1_000_000 + i);
        }
    }
}
