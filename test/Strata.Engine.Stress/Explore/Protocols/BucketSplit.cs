using Strata.Engine.Stress.Explore.Model;

namespace Strata.Engine.Stress.Explore.Protocols;

/// <summary>
/// The index grows by one bucket: under the old bucket's odd version an entry is taken out of it and put into the new one, then the shape
/// that says where entries are is raised, then the old bucket is even again. The key is present throughout, so a reader that finds
/// nothing, and version and shape unchanged, must not exist. The new bucket needs no odd version: nobody is sent to it before.
/// </summary>
internal static class BucketSplit
{
    public static Scenario Build(BucketSplitFault fault)
    {
        var scenario = new Scenario("bucket split");
        Location shape = scenario.Words("shape", 0);
        Location record = scenario.Words("record", 7);
        // Bucket i is the pair at buckets + 2 i: its version and its only slot. The key is in bucket 0 in shape 0 and in bucket 1 in shape 1.
        Location buckets = scenario.Words("buckets", 0, record.Address, 0, 0);
        Location newBucket = buckets + 2;

        ThreadScript writer = scenario.Thread("writer");
        writer.StoreRelease("new version", newBucket, 2);
        if (fault != BucketSplitFault.OldBucketNotOdd)
            writer.Store("odd old version", buckets, 1);
        if (fault != BucketSplitFault.NoBarrierAfterOddVersion)
            writer.WriteBarrier();
        writer.Store("clear old", buckets + 1, 0);
        writer.Store("fill new", newBucket + 1, record);
        if (fault == BucketSplitFault.ShapeAfterEvenVersion)
            writer.StoreRelease("even old version", buckets, 2);
        if (fault == BucketSplitFault.ShapeByPlainStore)
            writer.Store("raise shape", shape, 1);
        else
            writer.StoreRelease("raise shape", shape, 1);
        if (fault == BucketSplitFault.EvenVersionByPlainStore)
            writer.Store("even old version", buckets, 2);
        else if (fault != BucketSplitFault.ShapeAfterEvenVersion)
            writer.StoreRelease("even old version", buckets, 2);

        ThreadScript reader = scenario.Thread("reader");
        Register shapeBefore = reader.LoadAcquire("shape", shape);
        Expression bucket = buckets + shapeBefore.Value * 2;
        Register versionBefore = reader.LoadAcquire("version", bucket);
        reader.ExitIf("busy", versionBefore.Value & 1);
        Register slot = reader.Load("slot", bucket + 1);
        if (fault != BucketSplitFault.NoReadBarrierBeforeShapeIsReadAgain)
            reader.ReadBarrier();
        if (fault != BucketSplitFault.ShapeNotReadAgain)
        {
            Register shapeAfter = reader.Load("shape again", shape);
            reader.ExitIf("retry", shapeAfter.IsNot(shapeBefore));
        }

        if (fault != BucketSplitFault.VersionNotReadAgain)
        {
            Register versionAfter = reader.Load("version again", bucket);
            reader.ExitIf("retry", versionAfter.IsNot(versionBefore));
        }

        scenario.Forbid("a false miss", o => o.Finished(reader) && o[slot] == 0);
        scenario.Expect("found in the old bucket", o => o.Finished(reader) && o[shapeBefore] == 0 && o[slot] != 0);
        scenario.Expect("found in the new bucket", o => o.Finished(reader) && o[shapeBefore] == 1 && o[slot] != 0);
        scenario.Expect("the reader retries", o => !o.Finished(reader));
        return scenario;
    }
}
