using Strata.Engine.Stress.Explore.Model;

namespace Strata.Engine.Stress.Explore.Protocols;

/// <summary>
/// The index grows by one bucket and shrinks by it again while a reader looks for a key that is present throughout: it moves to the new bucket and back. The
/// number of buckets is then what it was, and the bucket that stays has the version that the split left it with; only the epoch tells a reader that looked
/// between the two. The shape is the epoch times two, and whether there is a second bucket.
/// </summary>
internal static class BucketSplitMerge
{
    public static Scenario Build(BucketSplitMergeFault fault)
    {
        var scenario = new Scenario("bucket split and merge");
        Location shape = scenario.Words("shape", 0);
        Location record = scenario.Words("record", 7);
        // Bucket i is the pair at buckets + 2 i: its version and its only slot.
        Location buckets = scenario.Words("buckets", 0, record.Address, 0, 0);
        Location added = buckets + 2;

        ThreadScript writer = scenario.Thread("writer");
        writer.Store("odd version for the split", buckets, 1);
        writer.WriteBarrier();
        writer.Store("fill the new bucket", added + 1, record);
        writer.Store("clear the old one", buckets + 1, 0);
        writer.StoreRelease("raise shape", shape, 1);
        writer.StoreRelease("even version after the split", buckets, 2);
        writer.Store("odd version for the merge", added, 1);
        writer.WriteBarrier();
        writer.Store("clear the new bucket", added + 1, 0);
        writer.Store("fill the old one", buckets + 1, record);
        writer.StoreRelease("lower shape", shape, fault == BucketSplitMergeFault.EpochNotRaised ? 0 : 2);
        writer.StoreRelease("even version after the merge", added, 2);

        ThreadScript reader = scenario.Thread("reader");
        Register shapeBefore = reader.LoadAcquire("shape", shape);
        Expression bucket = buckets + (shapeBefore.Value & 1) * 2;
        Register versionBefore = reader.LoadAcquire("version", bucket);
        reader.ExitIf("busy", versionBefore.Value & 1);
        Register slot = reader.Load("slot", bucket + 1);
        if (fault != BucketSplitMergeFault.NoReadBarrier)
            reader.ReadBarrier();
        if (fault != BucketSplitMergeFault.VersionNotReadAgain)
        {
            Register versionAfter = reader.LoadAcquire("version again", bucket);
            reader.ExitIf("retry", versionAfter.IsNot(versionBefore));
        }

        if (fault != BucketSplitMergeFault.ShapeNotReadAgain)
        {
            Register shapeAfter = reader.LoadAcquire("shape again", shape);
            reader.ExitIf("retry", shapeAfter.IsNot(shapeBefore));
        }

        scenario.Forbid("a false miss", o => o.Finished(reader) && o[slot] == 0);
        scenario.Expect("found before", o => o.Finished(reader) && o[shapeBefore] == 0 && o[slot] != 0);
        scenario.Expect("found in the new bucket", o => o.Finished(reader) && o[shapeBefore] == 1 && o[slot] != 0);
        scenario.Expect("the reader retries", o => !o.Finished(reader));
        return scenario;
    }
}
