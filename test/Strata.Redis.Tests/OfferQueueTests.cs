using Strata.TestKit.Servers;
using Xunit;

namespace Strata.Redis.Tests;

public sealed class OfferQueueTests
{
    private readonly List<(List<LoadedValue> Values, TaskCompletionSource End)> _sent = [];
    private readonly OfferQueue _queue;

    public OfferQueueTests() => _queue = new OfferQueue(values =>
    {
        lock (_sent)
        {
            _sent.Add((values, new TaskCompletionSource()));
            return _sent[^1].End.Task;
        }
    });

    [Fact]
    public async Task Offer_WhileOneIsUnderWay_GoesWithAllWhoWaited()
    {
        Task first = _queue.OfferAsync(Value(0));
        Task second = _queue.OfferAsync(Value(1)), third = _queue.OfferAsync(Value(2));
        Assert.Equal([0], SentKeys(0));
        await EndAsync(0, andSends: true);
        await first;
        Assert.Equal([1, 2], SentKeys(1));
        Task fourth = _queue.OfferAsync(Value(3));
        Assert.False(second.IsCompleted);
        await EndAsync(1, andSends: true);
        await Task.WhenAll(second, third);
        Assert.Equal([3], SentKeys(2));
        await EndAsync(2, andSends: false);
        await fourth;
        await RedisServer.WaitAsync(() => Task.FromResult(Sends(Value(4))), "a value that goes at once");
    }

    [Fact]
    public async Task Offer_AfterOneThatFailed_GoesOnAndOnlyThoseWhoWentWithItFail()
    {
        Task first = _queue.OfferAsync(Value(0)), second = _queue.OfferAsync(Value(1));
        _sent[0].End.SetException(new InvalidOperationException());
        await Assert.ThrowsAsync<InvalidOperationException>(() => first);
        await UntilSentAsync(2);
        Task third = _queue.OfferAsync(Value(2));
        _sent[1].End.SetException(new InvalidOperationException());
        await Assert.ThrowsAsync<InvalidOperationException>(() => second);
        await EndAsync(2, andSends: false);
        await third;
    }

    [Fact]
    public void Offer_WhenTooManyWait_GoesByItself()
    {
        for (int i = 0; i <= OfferQueue.MaxWaiting; i++)
            _ = _queue.OfferAsync(Value(i));
        Assert.Single(_sent);
        _ = _queue.OfferAsync(Value(7));
        Assert.Equal([7], SentKeys(1));
    }

    private static LoadedValue Value(int key) => new([(byte)key], [], [], 0);

    private int[] SentKeys(int send)
    {
        lock (_sent)
            return [.. _sent[send].Values.Select(value => (int)value.Key[0])];
    }

    /// <summary>Whether a value is sent before the call returns; ends what was sent.</summary>
    private bool Sends(LoadedValue value)
    {
        lock (_sent)
        {
            int before = _sent.Count;
            _ = _queue.OfferAsync(value);
            _sent[^1].End.TrySetResult();
            return _sent.Count > before;
        }
    }

    private async Task EndAsync(int send, bool andSends)
    {
        await UntilSentAsync(send + 1);
        _sent[send].End.SetResult();
        if (andSends)
            await UntilSentAsync(send + 2);
    }

    private Task UntilSentAsync(int count) => RedisServer.WaitAsync(
        () =>
        {
            lock (_sent)
                return Task.FromResult(_sent.Count == count);
        },
        "the next offer");
}
