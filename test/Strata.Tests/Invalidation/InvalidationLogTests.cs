using Strata.Invalidation;
using Xunit;

namespace Strata.Tests.Invalidation;

/// <summary>What is pending, whom it means, and how it is bounded.</summary>
public sealed class InvalidationLogTests
{
    private readonly InvalidationLog _log = new();

    [Fact]
    public void Pending_OfANewLog_IsNothing() => Assert.Null(_log.Pending);

    [Fact]
    public void IsDead_OfOlderAndNewerEntries_FollowsTheSequence()
    {
        long before = Register(InvalidationRule.OfAnyTag("first"));
        long during = Register(InvalidationRule.OfAnyTag("a"));
        byte[] a = InvalidationRuleTests.Ids("a");
        Assert.True(_log.Pending!.IsDead("k"u8, 0, a));
        Assert.True(_log.Pending.IsDead("k"u8, before, a));
        Assert.False(_log.Pending.IsDead("k"u8, during, a));
        Assert.False(_log.Pending.IsDead("k"u8, 0, InvalidationRuleTests.Ids("b")));
        Assert.False(_log.Pending.IsDead("k"u8, 0, []));
    }

    [Fact]
    public void Suspicion_PutInForceDuringASweep_OutlastsIt()
    {
        long before = Register(InvalidationRule.OfPrefix("p:"));
        long suspicion = Register(InvalidationRule.Suspicion);
        _log.Retire(before);
        Assert.True(_log.Pending!.IsSuspect(before));
        Assert.False(_log.Pending.IsSuspect(suspicion));
        Assert.Equal(1, _log.Pending.Count);
        long after = Register(InvalidationRule.OfAnyTag("a"));
        _log.Retire(suspicion);
        Assert.False(_log.Pending.HasSuspicion);
        _log.Retire(after);
        Assert.Null(_log.Pending);
    }

    [Fact]
    public void IsDead_OfAnyOfSeveralRules_IsTrue()
    {
        Register(InvalidationRule.OfPrefix("p:"));
        Register(InvalidationRule.OfPattern("*:x"));
        Register(InvalidationRule.OfAllTags("a", "b"));
        Assert.True(_log.Pending!.IsDead("p:1"u8, 0, []));
        Assert.True(_log.Pending.IsDead("q:x"u8, 1, []));
        Assert.True(_log.Pending.IsDead("q"u8, 2, InvalidationRuleTests.Ids("a b")));
        Assert.False(_log.Pending.IsDead("p:1"u8, 1, []));
        Assert.False(_log.Pending.IsDead("q"u8, 0, InvalidationRuleTests.Ids("a")));
    }

    [Fact]
    public void IsDead_OfTheTagForEveryTag_IsTrueForEach()
    {
        Register(InvalidationRule.OfAnyTag("a"));
        Assert.True(_log.Pending!.IsDead("k"u8, 0, InvalidationRuleTests.Ids("*")));
        Assert.False(_log.Pending.IsDead("k"u8, 1, InvalidationRuleTests.Ids("*")));
        _log.Retire(1);
        Register(InvalidationRule.OfAllTags("a", "b"));
        Assert.True(_log.Pending!.IsDead("k"u8, 1, InvalidationRuleTests.Ids("*")));
        _log.Retire(2);
        Register(InvalidationRule.OfPrefix("p"));
        Assert.False(_log.Pending!.IsDead("k"u8, 0, InvalidationRuleTests.Ids("*")));
    }

    [Fact]
    public void TryRegister_OfTheSameAgain_IsOneWithTheNewSequence()
    {
        for (int i = 0; i < 10_000; i++)
        {
            Register(InvalidationRule.OfAnyTag("a", "b"));
            Register(InvalidationRule.OfPattern("p*"));
        }

        Assert.Equal((2, 1, 20_000), (_log.Pending!.TagCount, _log.Pending.RuleCount, _log.Pending.Sequence));
        Assert.True(_log.Pending.IsDead("k"u8, 19_998, InvalidationRuleTests.Ids("b")));
        Assert.True(_log.Pending.IsDead("p"u8, 19_999, []));
    }

    [Fact]
    public void TryRegister_OfTooMany_IsRefusedAndChangesNothing()
    {
        for (int i = 0; i < InvalidationLog.MaxTags; i++)
            Register(InvalidationRule.OfAnyTag($"{i}"));
        for (int i = 0; i < InvalidationLog.MaxRules; i++)
            Register(InvalidationRule.OfPrefix($"{i}"));
        PendingInvalidations full = _log.Pending!;
        Assert.False(_log.TryRegister(InvalidationRule.OfAnyTag("new")));
        Assert.False(_log.TryRegister(InvalidationRule.OfPrefix("new")));
        Assert.Same(full, _log.Pending);
        Register(InvalidationRule.OfAnyTag("5", "7"));
        Register(InvalidationRule.OfPrefix("5"));
    }

    [Fact]
    public void Retire_UpToASequence_KeepsWhatIsNewer()
    {
        long first = Register(InvalidationRule.OfAnyTag("a", "b"));
        Register(InvalidationRule.OfAnyTag("b"));
        Register(InvalidationRule.OfPrefix("p"));
        _log.Retire(first);
        Assert.Equal((1, 1), (_log.Pending!.TagCount, _log.Pending.RuleCount));
        Assert.False(_log.Pending.IsDead("k"u8, 0, InvalidationRuleTests.Ids("a")));
        Assert.True(_log.Pending.IsDead("k"u8, first, InvalidationRuleTests.Ids("b")));
        _log.Retire(first + 2);
        Assert.Null(_log.Pending);
        Assert.Equal(first + 3, Register(InvalidationRule.OfAnyTag("a")));
    }

    private long Register(InvalidationRule rule)
    {
        Assert.True(_log.TryRegister(rule));
        return _log.Pending!.Sequence;
    }
}
