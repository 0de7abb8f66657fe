using Strata.Engine.Stress.Explore.Model;

namespace Strata.Engine.Stress.Explore.Protocols;

/// <summary>
/// The index shrinks by one bucket: under the odd version of the bucket that goes, an entry is taken out of it and added to the one that stays, then the shape
/// that says where entries are is lowered, then the version is even again. The key is present throughout, so a reader that finds nothing, and version and shape
/// unchanged, must not exist. The bucket that stays needs no odd version: it is only added to, and nobody is sent there for what is added before the shape says so.
/// </summary>
internal static class BucketMerge
{
    public static Scenario Build(BucketMergeFault fault)
    {
        var scenario = new Scenario("bucket merge");
        Location shape = scenario.Words("shape", 1);
        Location record = scenario.Words("record", 7);
        // Bucket i is the pair at buckets + 2 i: its version and its only slot. The key is in bucket 1 in shape 1 and in bucket 0 in shape 0.
        Location buckets = scenario.Words("buckets", 0, 0, 0, record.Address);
        Location source = buckets + 2;

        ThreadScript writer = scenario.Thread("writer");
        if (fault != BucketMergeFault.SourceNotOdd)
            writer.Store("odd source version", source, 1);
        if (fault != BucketMergeFault.NoBarrierAfterOddVersion)
            writer.WriteBarrier();
        writer.Store("clear source", source + 1, 0);
        if (fault == BucketMergeFault.ShapeBeforeTargetIsFilled)
            writer.StoreRelease("lower shape", shape, 0);
        writer.Store("fill target", buckets + 1, record);
        if (fault == BucketMergeFault.ShapeByPlainStore)
            writer.Store("lower shape", shape, 0);
        else if (fault != BucketMergeFault.ShapeBeforeTargetIsFilled)
            writer.StoreRelease("lower shape", shape, 0);
        if (fault == BucketMergeFault.EvenVersionByPlainStore)
            writer.Store("even source version", source, 2);
        else
            writer.StoreRelease("even source version", source, 2);

        ThreadScript reader = scenario.Thread("reader");
        Register shapeBefore = reader.LoadAcquire("shape", shape);
        Expression bucket = buckets + shapeBefore.Value * 2;
        Register versionBefore = reader.LoadAcquire("version", bucket);
        reader.ExitIf("busy", versionBefore.Value & 1);
        Register slot = reader.Load("slot", bucket + 1);
        if (fault != BucketMergeFault.NoReadBarrierBeforeShapeIsReadAgain)
            reader.ReadBarrier();
        if (fault != BucketMergeFault.ShapeNotReadAgain)
        {
            Register shapeAfter = reader.Load("shape again", shape);
            reader.ExitIf("retry", shapeAfter.IsNot(shapeBefore));
        }

        if (fault != BucketMergeFault.VersionNotReadAgain)
        {
            Register versionAfter = reader.Load("version again", bucket);
            reader.ExitIf("retry", versionAfter.IsNot(versionBefore));
        }

        scenario.Forbid("a false miss", o => o.Finished(reader) && o[slot] == 0);
        scenario.Expect("found in the source", o => o.Finished(reader) && o[shapeBefore] == 1 && o[slot] != 0);
        scenario.Expect("found in the target", o => o.Finished(reader) && o[shapeBefore] == 0 && o[slot] != 0);
        scenario.Expect("the reader retries", o => !o.Finished(reader));
        return scenario;
    }
}
