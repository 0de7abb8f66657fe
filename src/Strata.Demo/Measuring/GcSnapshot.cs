namespace Strata.Demo.Measuring;

/// <summary>The garbage collector's counters at one moment.</summary>
internal readonly record struct GcSnapshot(long AllocatedBytes, int CollectionCount, TimeSpan PauseTime)
{
    public static GcSnapshot Take() => new(GC.GetTotalAllocatedBytes(), GC.CollectionCount(0), GC.GetTotalPauseDuration());

    public static GcSnapshot operator -(GcSnapshot later, GcSnapshot earlier) => new(
        later.AllocatedBytes - earlier.AllocatedBytes, later.CollectionCount - earlier.CollectionCount, later.PauseTime - earlier.PauseTime);
}
