using Strata.Engine.Removals;
using Xunit;

namespace Strata.Engine.Tests.Removals;

/// <summary>How many threads of the pool a slow listener keeps.</summary>
public sealed class RemovalScheduleTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    [Fact]
    public void Signal_WhileTheListenerIsAtWork_CallsNoOtherThread()
    {
        using var isAtWork = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        var options = new ByteStoreOptions
        {
            RemovalListener = (in RemovedEntry _) =>
            {
                isAtWork.Set();
                goOn.Wait();
            },
        };
        var delivery = new RemovalDelivery(options, stripeCount: 1);

        Leave(delivery);
        Assert.True(isAtWork.Wait(s_patience, TestContext.Current.CancellationToken), "The listener was never called.");

        // Only while it counts as scheduled does a signal call nobody.
        Assert.True(delivery.IsScheduled);
        Leave(delivery);
        Assert.True(delivery.IsScheduled);
        Assert.Equal(0, delivery.Delivered);
        goOn.Set();
        Assert.True(SpinWait.SpinUntil(() => delivery.Delivered == 2, s_patience), "What came while the listener was at work was not told.");
        Assert.True(SpinWait.SpinUntil(() => !delivery.IsScheduled, s_patience), "The pool was never let go.");
    }

    [Fact]
    public void Deliver_TheThreadOfThePoolFoundAnotherOneAtWork_TheRestIsToldNevertheless()
    {
        using var isAtWork = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        var options = new ByteStoreOptions
        {
            RemovalListener = (in RemovedEntry _) =>
            {
                isAtWork.Set();
                goOn.Wait();
            },
        };
        var delivery = new RemovalDelivery(options, stripeCount: 1);
        Queue(delivery);
        var other = new Thread(delivery.Deliver);
        other.Start();
        Assert.True(isAtWork.Wait(s_patience, TestContext.Current.CancellationToken), "The listener was never called.");

        Leave(delivery);
        Assert.True(SpinWait.SpinUntil(() => !delivery.IsScheduled, s_patience), "The thread of the pool waits for another one.");
        goOn.Set();

        Assert.True(SpinWait.SpinUntil(() => delivery.Delivered == 2, s_patience), "What came meanwhile was not told.");
        other.Join();
    }

    private static void Leave(RemovalDelivery delivery)
    {
        Queue(delivery);
        delivery.Signal();
    }

    private static void Queue(RemovalDelivery delivery)
    {
        RemovalQueue queue = delivery.QueueOf(0);
        Assert.True(queue.TryBegin(RemovalHeader.OfClear(1), out _));
        queue.Publish();
        delivery.Post();
    }
}
