using System.Diagnostics;
using Strata.Entries;
using Strata.Lab.Load;
using Strata.Telemetry;

namespace Strata.Lab.Seeds;

/// <summary>
/// A producer's choice of a partition for each message: the key's last partition, kept for a while, and the health of the topic's partitions, which is collected anew in the background before it is too
/// old. A collection takes 20 ms, and the time to live is a hundredth of the seconds a real one has, so that many of them fall into the run.
/// </summary>
internal sealed class PartitionScenario : ISeedScenario
{
    private const int KeyCount = 1_000;
    private const int PartitionCount = 12;
    private const int CollectionMs = 20;

    private static readonly TimeSpan s_run = TimeSpan.FromSeconds(3);
    private static readonly EntryPolicy s_health = new() { Ttl = TimeSpan.FromMilliseconds(100), EagerRefresh = 0.5 };
    private static readonly EntryPolicy s_choice = new() { Ttl = TimeSpan.FromSeconds(1) };

    public string Title => "the choice of a partition for each message";

    public IEnumerable<SeedFigure> Measure(int seed)
    {
        using TieredCache choices = new(new() { CapacityBytes = 1 << 20, DefaultPolicy = s_choice });
        using TieredCache health = new(new() { CapacityBytes = 1 << 20, DefaultPolicy = s_health });
        IndexSequence keys = IndexSequence.Draw(Distribution.Zipf, KeyCount, 1 << 20, seed);
        long messages = 0, choiceTicks = 0, healthTicks = 0, start = Stopwatch.GetTimestamp();
        int waits = 0;
        while (Stopwatch.GetElapsedTime(start) < s_run)
        {
            foreach (int key in keys.Window((int)messages / 64 % (1 << 14), 64))
            {
                long before = Stopwatch.GetTimestamp();
                Scores scores = health.GetOrAdd("topic:orders", static _ => Collect());
                long between = Stopwatch.GetTimestamp();
                choices.GetOrAdd($"key:{key}", scores, static (scores, _) => scores.Best());
                choiceTicks += Stopwatch.GetTimestamp() - between;
                healthTicks += between - before;
                if (Stopwatch.GetElapsedTime(before, between).TotalMilliseconds >= CollectionMs)
                    waits++;
                messages++;
            }
        }

        CacheStatistics chosen = choices.GetStatistics();
        yield return SeedFigure.AtLeast("key_hits", "C1", 95, 100.0 * chosen.Hits / messages, "%");
        yield return SeedFigure.AtMost("key_lookup", "C1", 100, Us(choiceTicks, messages), "us");
        yield return SeedFigure.AtLeast("health_without_waiting", "C1", 99, 100.0 * (messages - waits) / messages, "%");
        yield return SeedFigure.AtMost("health_lookup", "C1", 500, Us(healthTicks, messages), "us");
        yield return SeedFigure.AtMost("added_per_message", "C6", 1000, Us(choiceTicks + healthTicks, messages), "us");
        yield return SeedFigure.AtMost("bytes_of_a_thousand_keys", "C1", 100, chosen.UsedBytes / 1e3, "KB");
    }

    private static double Us(long ticks, long count) => ticks * 1e6 / Stopwatch.Frequency / count;

    private static Scores Collect()
    {
        Thread.Sleep(CollectionMs);
        Scores scores = default;
        for (int partition = 0; partition < PartitionCount; partition++)
            scores[partition] = Random.Shared.NextSingle();
        return scores;
    }

    [System.Runtime.CompilerServices.InlineArray(PartitionCount)]
    private struct Scores
    {
        private float _first;

        public readonly int Best()
        {
            ReadOnlySpan<float> all = this;
            int best = 0;
            for (int i = 1; i < all.Length; i++)
                best = all[i] > all[best] ? i : best;
            return best;
        }
    }
}
