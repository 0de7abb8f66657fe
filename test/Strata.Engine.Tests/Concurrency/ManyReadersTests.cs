using Strata.Engine.Memory;
using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests.Concurrency;

/// <summary>More readers at once than there are hazard words of their own: nobody waits for a word, nobody is refused, and no word is kept.</summary>
public sealed class ManyReadersTests
{
    [Theory]
    [InlineData(ThreadSlot.Count - 1)]
    [InlineData(ThreadSlot.Count)]
    [InlineData(ThreadSlot.Count + 50)]
    public void TryGet_AllReadersHoldTheirPinsAtOnce_EachDeliversAWholeValue(int threads)
    {
        const int LongBytes = 20_000;
        using var subject = new StoreUnderTest();
        byte[] key = "read by everybody"u8.ToArray();
        subject.Set(key, 1, LongBytes);
        using var allRead = new Barrier(threads);

        Crew.Run(threads, _ =>
        {
            bool hasMet = false;
            var writer = new CallbackBufferWriter(1_000, () =>
            {
                // Inside the read, under the pin of whoever found a word.
                if (!hasMet)
                    allRead.SignalAndWait();
                hasMet = true;
            });
            Assert.Equal(ReadOutcome.Hit, subject.Store.TryGet(key, writer, out EntryInfo _));
            Assert.True(TestBytes.IsValue(writer.Written, 1));
        });

        Assert.True(subject.Store.Remove(key));
        subject.Store.Maintain();
        Assert.Equal(0, subject.Statistics.PinnedBytes);
    }
}
