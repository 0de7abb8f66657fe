using Strata.Engine.Memory;
using Xunit;

namespace Strata.Engine.Tests.Concurrency;

/// <summary>Alone, since the threads of other tests may hold all slots for a moment.</summary>
[CollectionDefinition(nameof(ThreadSlotTests), DisableParallelization = true)]
[Collection(nameof(ThreadSlotTests))]
public sealed class ThreadSlotTests
{
    [Fact]
    public void ThreadSlot_MoreThreadsThanSlotsOneAfterTheOther_GivesEachOneOfItsOwn()
    {
        for (int i = 0; i < 3 * ThreadSlot.Count; i++)
        {
            int slot = ThreadSlot.Shared;
            var thread = new Thread(() => slot = ThreadSlot.Current);
            thread.Start();
            thread.Join();
            Assert.True(slot < ThreadSlot.Shared, $"Thread {i} found no slot, though all before it have ended.");
        }
    }
}
