using Strata.TestKit.Servers;
using Xunit;

namespace Strata.Redis.Tests;

public sealed class SharedCallTests
{
    private readonly List<TaskCompletionSource<int>> _sent = [];
    private readonly SharedCall<int> _call;

    public SharedCallTests() => _call = new SharedCall<int>(() =>
    {
        lock (_sent)
        {
            _sent.Add(new TaskCompletionSource<int>());
            return _sent[^1].Task;
        }
    });

    [Fact]
    public async Task Ask_WhileOneIsUnderWay_IsAnsweredByOneThatWasSentLater()
    {
        Task<int> first = _call.AskAsync();
        Task<int>[] others = [_call.AskAsync(), _call.AskAsync(), _call.AskAsync()];
        Assert.Single(_sent);
        _sent[0].SetResult(0);
        Assert.Equal(0, await first);
        await UntilSentAsync(2);
        Task<int> late = _call.AskAsync();
        _sent[1].SetResult(1);
        Assert.All(await Task.WhenAll(others), answer => Assert.Equal(1, answer));
        await UntilSentAsync(3);
        _sent[2].SetResult(2);
        Assert.Equal(2, await late);
    }

    [Fact]
    public async Task Ask_AfterOneThatFailed_IsAskedAnew()
    {
        Task<int> first = _call.AskAsync();
        Task<int> second = _call.AskAsync();
        _sent[0].SetException(new TimeoutException());
        await Assert.ThrowsAsync<TimeoutException>(() => first);
        await UntilSentAsync(2);
        _sent[1].SetResult(1);
        Assert.Equal(1, await second);
        Task<int> third = _call.AskAsync();
        _sent[2].SetResult(2);
        Assert.Equal(2, await third);
    }

    private Task UntilSentAsync(int count) => RedisServer.WaitAsync(
        () =>
        {
            lock (_sent)
                return Task.FromResult(_sent.Count == count);
        },
        "the next question");
}
