using Strata.Engine.Stress.Linear;

namespace Strata.Engine.Stress.Tests.Linear;

/// <summary>The checker on histories written by hand, and against an exhaustive search on small random ones.</summary>
public sealed class LinearCheckerTests
{
    private static readonly KeyOperation s_setOne = Done(OperationKind.Set, 1, start: 1, end: 2);

    [Fact]
    public void Judge_NothingRecorded_Fits() => AssertFits([]);

    [Fact]
    public void Judge_ReadAfterWrite_FitsWithTheValueWrittenOnly()
    {
        AssertFits([s_setOne, Got(1, start: 3, end: 4)]);
        AssertNever([s_setOne, Got(2, start: 3, end: 4)]);
    }

    [Fact]
    public void Judge_StaleReadAfterOverwrite_IsRejected() =>
        AssertNever([s_setOne, Done(OperationKind.Set, 2, start: 3, end: 4), Got(1, start: 5, end: 6)]);

    [Fact]
    public void Judge_ReadBesideOverwrite_FitsWithEitherValue()
    {
        KeyOperation overwrite = Done(OperationKind.Set, 2, start: 3, end: 6);
        AssertFits([s_setOne, overwrite, Got(1, start: 4, end: 5)]);
        AssertFits([s_setOne, overwrite, Got(2, start: 4, end: 5)]);
    }

    [Fact]
    public void Judge_OldValueReadAfterNewOneBesideOneOverwrite_IsRejected()
    {
        KeyOperation overwrite = Done(OperationKind.Set, 2, start: 3, end: 10);
        AssertFits([s_setOne, overwrite, Got(1, start: 4, end: 5), Got(2, start: 6, end: 7)]);
        AssertNever([s_setOne, overwrite, Got(2, start: 4, end: 5), Got(1, start: 6, end: 7)]);
    }

    [Fact]
    public void Judge_MissOfWhatIsThere_FitsOnlyWhereEntriesVanish() => AssertFitsWhereEntriesVanish([s_setOne, Missed(start: 3, end: 4)]);

    [Fact]
    public void Judge_EntryBackAfterItWasMissed_IsRejected() =>
        AssertNever([s_setOne, Missed(start: 3, end: 4), Got(1, start: 5, end: 6)]);

    [Fact]
    public void Judge_ValueBeforeItWasWritten_IsRejected() => AssertNever([Got(1, start: 1, end: 2), Done(OperationKind.Set, 1, start: 3, end: 4)]);

    [Fact]
    public void Judge_TwoAddsStored_FitOnlyWhereEntriesVanish() =>
        AssertFitsWhereEntriesVanish([Done(OperationKind.Add, 1, start: 1, end: 4), Done(OperationKind.Add, 2, start: 2, end: 3)]);

    [Fact]
    public void Judge_AddRefusedByNothing_IsRejected() => AssertNever([Answered(OperationKind.Add, OperationOutcome.Present, start: 1, end: 2)]);

    [Fact]
    public void Judge_TwoExchangesOfOneValue_AreRejected()
    {
        KeyOperation first = Exchanged(2, expected: 1, start: 3, end: 6), second = Exchanged(3, expected: 1, start: 4, end: 5);
        AssertFits([s_setOne, first]);
        AssertNever([s_setOne, first, second]);
    }

    [Fact]
    public void Judge_MismatchWithTheValueExpected_FitsOnlyAfterAnotherWrite()
    {
        KeyOperation refused = new(OperationKind.CompareExchange, 9, Expected: 1, OperationOutcome.Mismatch, 0, Start: 5, End: 6);
        AssertNever([s_setOne, refused]);
        AssertFits([s_setOne, Done(OperationKind.Set, 2, start: 3, end: 4), refused]);
    }

    [Fact]
    public void Judge_TwoRemovalsOfOneEntry_AreRejected() =>
        AssertNever([s_setOne, Done(OperationKind.Remove, 0, start: 3, end: 6), Done(OperationKind.Remove, 0, start: 4, end: 5)]);

    [Fact]
    public void Judge_ReadAfterRemoval_IsRejected() => AssertNever([s_setOne, Done(OperationKind.Remove, 0, start: 3, end: 4), Got(1, start: 5, end: 6)]);

    [Fact]
    public void Judge_TouchOfNothing_IsRejected() => AssertNever([Answered(OperationKind.Touch, OperationOutcome.Present, start: 1, end: 2)]);

    [Fact]
    public void Judge_NoRoom_FitsWhereEntriesVanishAndLeavesNoFormerValue()
    {
        KeyOperation refused = new(OperationKind.Set, 2, 0, OperationOutcome.NoSpace, 0, Start: 3, End: 4);
        AssertFitsWhereEntriesVanish([s_setOne, refused, Missed(start: 5, end: 6)]);
        AssertNever([s_setOne, refused, Got(1, start: 5, end: 6)]);
    }

    [Fact]
    public void Judge_LongHistoryWithOneLateReadAtItsEnd_IsRejectedWithTheOperationsThatDoNotFit()
    {
        var history = new List<KeyOperation>();
        for (int i = 1; i <= 500; i++)
        {
            history.Add(Done(OperationKind.Set, i, start: 10 * i, end: 10 * i + 7));
            history.Add(Got(i, start: 10 * i + 1, end: 10 * i + 6));
            history.Add(Got(Math.Max(1, i - 1), start: 10 * i + 2, end: 10 * i + 5));
        }

        history[2] = Got(1, start: 12, end: 15);
        AssertFits(history);

        history.Add(Got(499, start: 6000, end: 6001));
        Assert.Contains("Get 499", LinearChecker.Judge(history, mayVanish: true), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Judge_SmallRandomHistories_AgreesWithExhaustiveSearch(int seed)
    {
        const int Histories = 4_000;
        var random = new Random(seed);
        int fitting = 0;
        for (int i = 0; i < Histories; i++)
        {
            KeyOperation[] history = RandomHistory(random);
            foreach (bool mayVanish in new[] { false, true })
            {
                bool expected = ExhaustiveSearch.HasOrder(history, mayVanish);
                Assert.True(expected == (LinearChecker.Judge(history, mayVanish) is null), $"seed {seed}, history {i}:\n{string.Join('\n', history)}");
                fitting += expected ? 1 : 0;
            }
        }

        // Both answers are frequent, or agreeing means little.
        Assert.InRange(fitting, Histories / 5, 2 * Histories - Histories / 5);
    }

    private static KeyOperation[] RandomHistory(Random random)
    {
        int count = random.Next(1, 7);
        int[] moments = [.. Enumerable.Range(1, 2 * count)];
        random.Shuffle(moments);
        var history = new KeyOperation[count];
        for (int i = 0; i < count; i++)
        {
            (int start, int end) = (Math.Min(moments[2 * i], moments[2 * i + 1]), Math.Max(moments[2 * i], moments[2 * i + 1]));
            (OperationKind Kind, OperationOutcome Outcome)[] answers =
            [
                (OperationKind.Get, OperationOutcome.Done), (OperationKind.Get, OperationOutcome.Absent), (OperationKind.Set, OperationOutcome.Done),
                (OperationKind.Set, OperationOutcome.Done), (OperationKind.Add, OperationOutcome.Done), (OperationKind.Add, OperationOutcome.Present),
                (OperationKind.Remove, OperationOutcome.Done), (OperationKind.Remove, OperationOutcome.Absent), (OperationKind.Touch, OperationOutcome.Present),
                (OperationKind.CompareExchange, OperationOutcome.Done), (OperationKind.CompareExchange, OperationOutcome.Mismatch),
            ];
            (OperationKind kind, OperationOutcome outcome) = answers[random.Next(answers.Length)];
            // What is written has a number of its own; what is read or expected may be any of them.
            bool reads = kind == OperationKind.Get && outcome == OperationOutcome.Done;
            history[i] = new KeyOperation(kind, reads ? random.Next(1, count + 1) : i + 1, random.Next(1, count + 1), outcome, 0, start, end);
        }

        return history;
    }

    private static void AssertFits(IReadOnlyList<KeyOperation> history)
    {
        Assert.Null(LinearChecker.Judge(history, mayVanish: false));
        Assert.Null(LinearChecker.Judge(history, mayVanish: true));
    }

    private static void AssertFitsWhereEntriesVanish(IReadOnlyList<KeyOperation> history)
    {
        Assert.NotNull(LinearChecker.Judge(history, mayVanish: false));
        Assert.Null(LinearChecker.Judge(history, mayVanish: true));
    }

    private static void AssertNever(IReadOnlyList<KeyOperation> history)
    {
        Assert.NotNull(LinearChecker.Judge(history, mayVanish: false));
        Assert.NotNull(LinearChecker.Judge(history, mayVanish: true));
    }

    private static KeyOperation Got(long value, long start, long end) => Done(OperationKind.Get, value, start, end);

    private static KeyOperation Missed(long start, long end) => Answered(OperationKind.Get, OperationOutcome.Absent, start, end);

    private static KeyOperation Done(OperationKind kind, long value, long start, long end) => new(kind, value, 0, OperationOutcome.Done, 0, start, end);

    private static KeyOperation Exchanged(long value, long expected, long start, long end) =>
        new(OperationKind.CompareExchange, value, expected, OperationOutcome.Done, 0, start, end);

    private static KeyOperation Answered(OperationKind kind, OperationOutcome outcome, long start, long end) => new(kind, 0, 0, outcome, 0, start, end);
}
