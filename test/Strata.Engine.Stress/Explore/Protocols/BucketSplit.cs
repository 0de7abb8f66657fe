using Strata.Engine.Stress.Explore.Model;

namespace Strata.Engine.Stress.Explore.Protocols;

/// <summary>
/// The table grows by one bucket: an entry goes from the old bucket to the new one, the level that says where it is found is raised, and
/// the old bucket is cleared under its odd version. A reader that finds nothing where the level it read sent it reads the version and then
/// the level again; the key is present throughout, so an unchanged pair must mean a true miss.
/// </summary>
internal static class BucketSplit
{
    public static Scenario Build(BucketSplitFault fault)
    {
        var scenario = new Scenario("bucket split");
        Location level = scenario.Words("level", 0);
        Location record = scenario.Words("record", 7);
        // Bucket i is the pair at buckets + 2 i: its version and its only slot. A key is in bucket 0 at level 0 and in bucket 1 at level 1.
        Location buckets = scenario.Words("buckets", 0, record.Address, 0, 0);

        ThreadScript writer = scenario.Thread("writer");
        if (fault != BucketSplitFault.OldBucketNotOdd)
            writer.Store("odd old version", buckets, 1);
        writer.Store("odd new version", buckets + 2, 1);
        writer.WriteBarrier();
        writer.Store("fill new", buckets + 3, record);
        if (fault == BucketSplitFault.LevelAfterOldBucketIsCleared)
            ClearOld(writer, buckets);
        writer.StoreRelease("even new version", buckets + 2, 2);
        writer.StoreRelease("raise level", level, 1);
        if (fault != BucketSplitFault.LevelAfterOldBucketIsCleared)
            ClearOld(writer, buckets);

        ThreadScript reader = scenario.Thread("reader");
        Register levelBefore = reader.LoadAcquire("level", level);
        Expression bucket = buckets + levelBefore.Value * 2;
        Register versionBefore = reader.LoadAcquire("version", bucket);
        reader.ExitIf("busy", versionBefore.Value & 1);
        Register slot = reader.Load("slot", bucket + 1);
        if (fault != BucketSplitFault.NoReadBarrierBeforeLevelIsReadAgain)
            reader.ReadBarrier();
        if (fault != BucketSplitFault.VersionNotReadAgain)
        {
            Register versionAfter = reader.Load("version again", bucket);
            reader.ExitIf("retry", versionAfter.IsNot(versionBefore));
        }

        if (fault != BucketSplitFault.LevelNotReadAgain)
        {
            Register levelAfter = reader.Load("level again", level);
            reader.ExitIf("retry", levelAfter.IsNot(levelBefore));
        }

        scenario.Forbid("a false miss", o => o.Finished(reader) && o[slot] == 0);
        scenario.Expect("found in the old bucket", o => o.Finished(reader) && o[levelBefore] == 0 && o[slot] != 0);
        scenario.Expect("found in the new bucket", o => o.Finished(reader) && o[levelBefore] == 1 && o[slot] != 0);
        scenario.Expect("the reader retries", o => !o.Finished(reader));
        return scenario;
    }

    private static void ClearOld(ThreadScript writer, Location buckets)
    {
        writer.Store("clear old", buckets + 1, 0);
        writer.StoreRelease("even old version", buckets, 2);
    }
}
