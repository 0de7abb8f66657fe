using System.Net;
using Strata.Redis.Connections;
using Strata.TestKit;
using Xunit;

namespace Strata.Redis.Tests.Failures;

public sealed class MasterVoteTests
{
    private static readonly IPEndPoint s_former = new(IPAddress.Loopback, 1);
    private static readonly IPEndPoint s_present = new(IPAddress.Loopback, 2);

    private readonly ManualTimeProvider _time = new();
    private readonly MasterVote _vote;

    public MasterVoteTests() => _vote = new MasterVote(new(s_present, 5), 3, _time);

    [Fact]
    public void Judge_OfALaterFailover_FollowsIt() =>
        Assert.Equal(new(s_former, 6), _vote.Judge([new(s_present, 5), new(s_former, 6)]));

    [Fact]
    public void Judge_OfAMasterTwiceThatNumber_FollowsTheHighest() =>
        Assert.Equal(new(s_former, 7), _vote.Judge([new(s_present, 6), new(s_former, 7), new(s_present, 5)]));

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(5)]
    public void Judge_OfNoLaterNumber_FollowsItWhenMoreThanHalfInsist(long epoch)
    {
        var other = new SentinelMaster(s_former, epoch);
        Assert.Equal(s_present, _vote.Judge([other, other]).EndPoint);
        _time.Advance(MasterVote.Patience - TimeSpan.FromSeconds(1));
        Assert.Equal(s_present, _vote.Judge([other, other]).EndPoint);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(other, _vote.Judge([other, other]));
    }

    [Fact]
    public void Judge_AfterManyInsisted_StaysThereThoughOneStillSaysTheOldNumber()
    {
        SentinelMaster[] answers = [new(s_former, 0), new(s_former, 0), new(s_present, 5)];
        for (int i = 0; i < 20; i++)
        {
            _vote.Known = _vote.Judge(answers);
            _time.Advance(TimeSpan.FromSeconds(5));
            Assert.Equal(i < 6 ? s_present : s_former, _vote.Known.EndPoint);
        }

        Assert.Equal(new(s_present, 1), _vote.Judge([new(s_former, 0), new(s_present, 6)]) with { Epoch = 1 });
    }

    [Fact]
    public void Judge_OfOneThatInsists_StaysWhereItIs()
    {
        var other = new SentinelMaster(s_former, 4);
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(s_present, _vote.Judge([other]).EndPoint);
            _time.Advance(MasterVote.Patience);
        }
    }

    [Fact]
    public void Judge_OfManyWhoDidNotInsistThroughout_StaysWhereItIs()
    {
        var other = new SentinelMaster(s_former, 4);
        _vote.Judge([other, other]);
        _time.Advance(MasterVote.Patience / 2);
        _vote.Judge([other]);
        _time.Advance(MasterVote.Patience / 2);
        Assert.Equal(s_present, _vote.Judge([other, other]).EndPoint);
    }
}
