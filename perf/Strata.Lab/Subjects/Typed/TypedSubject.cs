using Strata.Entries;
using Strata.Lab.Load;

namespace Strata.Lab.Subjects.Typed;

/// <summary>A cache of typed values, filled by index and read by keys that stand ready in one of the two forms.</summary>
internal abstract class TypedSubject(KeySet keys, ValueSet values, string name) : Subject(keys, values)
{
    public override string Name => name;

    /// <summary>Whether keys are given as UTF-8 rather than as strings.</summary>
    public bool IsUtf8 { get; set; }

    protected override void WriteChunk(KeyWindow given) => throw new NotSupportedException("A typed cache is filled by index.");

    /// <summary>What the call under measurement returned. A hit in memory completes at once.</summary>
    protected static T Taken<T>(ValueTask<T> call) => call.IsCompletedSuccessfully ? call.Result : throw NotAHit();

    protected static InvalidOperationException NotAHit() => new("A read that was to hit did not: the times cannot be compared.");

    /// <summary>Room for all entries, so that none is evicted.</summary>
    protected static TieredCacheOptions Roomy(KeySet keys, int valueBytes) =>
        new() { CapacityBytes = keys.Count * (KeySet.KeyBytes + valueBytes + 80L) + (8L << 20), DefaultTtl = TimeSpan.FromHours(1) };

    /// <summary>A factory that is never needed.</summary>
    protected static class No<T>
    {
        public static readonly Func<int, LoadContext, ValueTask<T>> Load = static (_, _) => throw NotAHit();
    }
}
