using Strata.Engine.Expiry;
using Strata.Engine.Layout;
using Strata.Engine.Memory;

namespace Strata.Engine.Stripes;

/// <summary>What the stripes of one store share.</summary>
internal sealed record StoreParts(PagePool Pool, StoreClock Clock, RecordReader Records, int StripeCount, int SlabLimit);
