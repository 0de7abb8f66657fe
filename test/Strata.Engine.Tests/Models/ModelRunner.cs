using System.Buffers;
using Strata.Engine.Tests.Removals;
using Strata.TestKit.Bytes;
using Strata.TestKit.Scripts;
using Xunit;

namespace Strata.Engine.Tests.Models;

/// <summary>
/// Runs an operation script against a store and the reference cache side by side. A read must give exactly the last value written, or
/// miss; a miss of a live entry is accepted only when <paramref name="mayEvict"/>, and then the entry must stay missing.
/// </summary>
internal sealed partial class ModelRunner(StoreUnderTest subject, List<Removal> told, bool mayEvict, int verifyEvery, TimeSpan? defaultTtl = null)
{
    private const int SlackBytes = 5;
    private const byte Sentinel = 0xA5;
    private const int MostHeld = 8;

    private static readonly int[] s_keyBytes = [1, 7, 8, 9, 15, 16, 17, 24, 100, 4095, 4096];

    private readonly ReferenceCache _reference = new(subject.Clock, defaultTtl);
    private readonly Queue<(ValueLease Lease, byte[] Value)> _held = [];
    private int _step;

    private ByteStore Store => subject.Store;

    public void Run(OperationScript script)
    {
        for (_step = 0; _step < script.Operations.Count; _step++)
        {
            StoreOperation operation = script.Operations[_step];
            try
            {
                Apply(operation);
                if (verifyEvery > 0 && _step % verifyEvery == verifyEvery - 1)
                    subject.Verify();
                CheckCounts();
                CheckRemovals(operation);
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"Step {_step} ({operation}) failed: {exception.Message}", exception);
            }
        }

        subject.Verify();
        while (_held.Count > 0)
            EndOldestLease();
        subject.Verify();
    }

    private static byte[] KeyOf(StoreOperation operation) => TestBytes.Key(operation.Key, s_keyBytes[operation.Key % s_keyBytes.Length]);

    private void Apply(StoreOperation operation)
    {
        switch (operation.Kind)
        {
            case StoreOperationKind.Set or StoreOperationKind.SetSequence:
                Set(operation);
                break;
            case StoreOperationKind.Add:
                Add(operation);
                break;
            case StoreOperationKind.CompareExchange:
                CompareExchange(operation);
                break;
            case StoreOperationKind.Touch:
                Touch(operation);
                break;
            case StoreOperationKind.Remove:
                Remove(operation);
                break;
            case StoreOperationKind.Clear:
                Store.Clear();
                _reference.Clear();
                Assert.Equal(0, subject.Statistics.EntryCount);
                break;
            case StoreOperationKind.Get when _step % 3 == 0:
                Lease(operation);
                break;
            case StoreOperationKind.Get:
                Get(operation);
                break;
            case StoreOperationKind.GetTooShort:
                GetTooShort(operation);
                break;
            case StoreOperationKind.GetIntoWriter:
                GetIntoWriter(operation);
                break;
            case StoreOperationKind.GetInfo:
                GetInfo(operation);
                break;
            case StoreOperationKind.Enumerate:
                Enumerate();
                break;
            case StoreOperationKind.Advance:
                subject.AdvanceMs(operation.AdvanceMs);
                break;
            case StoreOperationKind.Maintain:
                if (_step % 2 == 0)
                    SweepMarked();
                Store.Maintain();
                break;
            default:
                throw new InvalidOperationException($"Unknown operation {operation.Kind}.");
        }
    }

    /// <summary>What the reference expects of this key, once an allowed miss is taken into account.</summary>
    private ReferenceEntry? Reconcile(byte[] key, bool found)
    {
        ReferenceEntry? expected = _reference.Find(key);
        if (found)
        {
            Assert.True(expected is not null, "The store found an entry that was never written, or is gone.");
            return expected;
        }

        Assert.True(mayEvict || expected is null, "The store misses a live entry that it had no reason to drop.");
        // An expired entry stays known: the store may still count it.
        if (expected is not null)
            _reference.Forget(key);
        return null;
    }

    private void CheckCounts()
    {
        StoreStatistics statistics = subject.Statistics;
        Assert.InRange(statistics.UsedBytes, 0, statistics.CapacityBytes);
        if (mayEvict)
            return;
        // Forgotten keys do not occur here, so the reference knows every key the store can hold, expired ones among them.
        Assert.Equal(0, statistics.Evictions);
        Assert.InRange(statistics.EntryCount, _reference.Live.Count(), _reference.WrittenCount);
    }

    private void CheckInfo(byte[] key, ReferenceEntry expected, EntryInfo info)
    {
        Assert.Equal(expected.Value.Length, info.ValueBytes);
        Assert.Equal(expected.ExpiresAtMs == long.MaxValue ? long.MaxValue : expected.ExpiresAtMs - _reference.NowMs, info.ExpiresInMs);
        Assert.Equal(expected.StaleAtMs == long.MaxValue ? long.MaxValue : expected.StaleAtMs - _reference.NowMs, info.SoftExpiresInMs);
        Assert.Equal((expected.Notes.Length, expected.Marked), (info.NotesBytes, info.IsMarked));
        string? wrong = _reference.Observe(key, expected, info.Version);
        Assert.True(wrong is null, wrong);
    }

    private ReadOutcome HitOf(ReferenceEntry expected) => expected.StaleAtMs <= _reference.NowMs ? ReadOutcome.Stale : ReadOutcome.Hit;

    private void CheckNotes(ReferenceEntry expected, ReadOnlySpan<byte> notes)
    {
        Assert.True(expected.Notes.AsSpan().SequenceEqual(notes[..expected.Notes.Length]), "The notes are not the last ones written.");
        Assert.Equal(-1, notes[expected.Notes.Length..].IndexOfAnyExcept((byte)0));
    }

    private static ReadOnlySequence<byte> CutOf(byte[] value) => ByteSequence.Cut(value, Math.Max(1, (value.Length / 3) + 1));
}
