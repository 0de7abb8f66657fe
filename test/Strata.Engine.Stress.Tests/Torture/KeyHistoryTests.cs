using Strata.Engine.Stress.Torture;

namespace Strata.Engine.Stress.Tests.Torture;

public sealed class KeyHistoryTests
{
    private readonly LogicalClock _clock = new();
    private readonly ClearHistory _clears = new();
    private readonly KeyHistory _history;

    public KeyHistoryTests() => _history = new KeyHistory(_clears);

    [Fact]
    public void JudgeHit_LastCompletedWrite_IsRight() => Assert.Null(Read(Written()));

    [Fact]
    public void JudgeHit_WriteBeforeLast_IsWrong()
    {
        HistoryEvent old = Written();
        Written();

        Assert.Contains("out of date", Read(old), StringComparison.Ordinal);
    }

    [Fact]
    public void JudgeHit_WriteUnderwayWhileReadWas_EitherValueIsRight()
    {
        HistoryEvent old = Written();
        long start = _clock.Next();
        HistoryEvent young = Written();
        long end = _clock.Next();

        Assert.Null(_history.JudgeHit(old.Sequence, start, end, 0));
        Assert.Null(_history.JudgeHit(young.Sequence, start, end, 0));
    }

    [Fact]
    public void JudgeHit_OldValueAfterPendingOneWasRead_IsWrong()
    {
        HistoryEvent old = Written();
        HistoryEvent pending = _history.Begin(_clock);

        Assert.Null(Read(pending));

        Assert.Contains("out of date", Read(old), StringComparison.Ordinal);
    }

    [Fact]
    public void JudgeHit_TwoWritesAtOnce_EitherOrderIsRight()
    {
        HistoryEvent first = _history.Begin(_clock);
        HistoryEvent second = _history.Begin(_clock);
        _history.Complete(second, _clock.Next());
        _history.Complete(first, _clock.Next());

        Assert.Null(Read(first));
        Assert.Null(Read(second));
    }

    [Fact]
    public void JudgeHit_AfterMiss_IsWrong()
    {
        HistoryEvent written = Written();
        _history.NoteMiss(_clock.Next(), _clock.Next());

        Assert.Contains("out of date", Read(written), StringComparison.Ordinal);
    }

    [Fact]
    public void JudgeHit_AfterClear_IsWrong()
    {
        HistoryEvent written = Written();
        _clears.Note(_clock.Next(), _clock.Next());

        Assert.Contains("out of date", Read(written), StringComparison.Ordinal);
    }

    [Fact]
    public void JudgeHit_WrittenWhileClearing_IsRight()
    {
        long start = _clock.Next();
        HistoryEvent written = Written();
        _clears.Note(start, _clock.Next());

        Assert.Null(Read(written));
    }

    [Fact]
    public void JudgeHit_WriteWithoutEffect_IsWrong()
    {
        HistoryEvent begun = _history.Begin(_clock);

        Assert.Null(_history.CompleteWithoutEffect(begun));

        Assert.Contains("stored nothing", Read(begun), StringComparison.Ordinal);
    }

    [Fact]
    public void CompleteWithoutEffect_ValueWasRead_IsWrong()
    {
        HistoryEvent begun = _history.Begin(_clock);

        Assert.Null(Read(begun));

        Assert.Contains("was read", _history.CompleteWithoutEffect(begun), StringComparison.Ordinal);
    }

    [Fact]
    public void JudgeHit_WriteThatNeverBegan_IsWrong() => Assert.Contains("never began", _history.JudgeHit(1, 1, 2, 0), StringComparison.Ordinal);

    [Fact]
    public void JudgeHit_ReadBegunAfterExpiry_IsWrong()
    {
        HistoryEvent begun = _history.Begin(_clock);
        _history.Complete(begun, _clock.Next(), expiresBy: 100);

        Assert.Null(_history.JudgeHit(begun.Sequence, _clock.Next(), _clock.Next(), startTimestamp: 100));
        Assert.Contains("after its time", _history.JudgeHit(begun.Sequence, _clock.Next(), _clock.Next(), startTimestamp: 101), StringComparison.Ordinal);
    }

    [Fact]
    public void JudgeHit_LongForgottenWrite_IsStillWrong()
    {
        HistoryEvent old = Written();
        for (int i = 0; i < 1000; i++)
            Written();

        Assert.NotNull(Read(old));
    }

    [Fact]
    public void JudgeHit_LongForgottenWriteByReadAsOld_IsRight()
    {
        HistoryEvent old = Written();
        long start = _clock.Next();
        for (int i = 0; i < 1000; i++)
            Written();

        Assert.Null(_history.JudgeHit(old.Sequence, start, _clock.Next(), 0));
    }

    private HistoryEvent Written()
    {
        HistoryEvent begun = _history.Begin(_clock);
        _history.Complete(begun, _clock.Next());
        return begun;
    }

    private string? Read(HistoryEvent found) => _history.JudgeHit(found.Sequence, _clock.Next(), _clock.Next(), 0);
}
