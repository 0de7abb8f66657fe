using Strata.Engine.Eviction;
using Strata.Engine.Insight;
using Strata.Engine.Layout;
using Strata.Engine.Memory;
using Strata.Engine.Removals;

namespace Strata.Engine.Stripes;

/// <summary>What the stripes of one store share. The clock is not among it: time is read before a stripe's lock is taken, and passed in.</summary>
/// <param name="Pool">The pages.</param>
/// <param name="Records">Turns locations into records.</param>
/// <param name="StripeCount">How many stripes there are.</param>
/// <param name="SlabLimit">The most slabs of all stripes together; 0 for no bound.</param>
/// <param name="EntryLimit">The most entries of all stripes together; 0 for no bound.</param>
/// <param name="Duel">What chooses the mode of eviction; null for plain S3-FIFO.</param>
/// <param name="WeighsSizes">Whether large entries have to earn more than small ones.</param>
/// <param name="RehashesFloods">Whether a stripe whose chains are too long goes over to another secret.</param>
/// <param name="NowMs">The time at which the store was created.</param>
/// <param name="Removals">Where it is told what leaves; null when nobody listens.</param>
internal sealed record StoreParts(
    PagePool Pool, RecordReader Records, int StripeCount, int SlabLimit, int EntryLimit, ModeDuel? Duel, bool WeighsSizes, bool RehashesFloods, long NowMs, RemovalDelivery? Removals);
