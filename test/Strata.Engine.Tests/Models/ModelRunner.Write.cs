using Strata.TestKit.Bytes;
using Strata.TestKit.Scripts;
using Xunit;

namespace Strata.Engine.Tests.Models;

internal sealed partial class ModelRunner
{
    private byte[] NewValue(StoreOperation operation) => TestBytes.Value(((ulong)(uint)_step << 32) | (uint)operation.Key, operation.ValueBytes);

    private WriteOptions OptionsOf(StoreOperation operation) => new()
    {
        Ttl = operation.Ttl,
        SoftTtl = SoftOf(operation) is var softMs and not 0 ? TimeSpan.FromMilliseconds(softMs) : null,
        Notes = NotesOf(operation),
        IsMarked = operation.Marked,
        Priority = (EntryPriority)(operation.Key % 3 - 1),
        Versioned = operation.Versioned,
    };

    private byte[] NotesOf(StoreOperation operation) => TestBytes.Value(~(ulong)(uint)_step, operation.NotesBytes);

    private int SoftOf(StoreOperation operation)
    {
        TimeSpan ttl = operation.Ttl ?? defaultTtl ?? Timeout.InfiniteTimeSpan;
        return ttl == Timeout.InfiniteTimeSpan ? operation.SoftTtlMs : Math.Min(operation.SoftTtlMs, (int)ttl.TotalMilliseconds);
    }

    private void Set(StoreOperation operation)
    {
        byte[] key = KeyOf(operation), value = NewValue(operation);
        WriteOutcome outcome = operation.Kind == StoreOperationKind.SetSequence
            ? Store.Set(key, CutOf(value), OptionsOf(operation))
            : Store.Set(key, value, OptionsOf(operation));
        if (IsStored(outcome, key))
            Written(key, value, operation, operation.Versioned);
    }

    private void Add(StoreOperation operation)
    {
        byte[] key = KeyOf(operation), value = NewValue(operation);
        bool mayReplace = _step % 2 == 0;
        bool wasMarked = _reference.Find(key)?.Marked ?? false;
        WriteOutcome outcome = mayReplace
            ? Store.Add(key, value, OptionsOf(operation), default(MarkedTest))
            : Store.Add(key, value, OptionsOf(operation));
        ReferenceEntry? expected = mayReplace && wasMarked && outcome != WriteOutcome.Exists ? null : Reconcile(key, found: outcome == WriteOutcome.Exists);
        Assert.False(mayReplace && expected is { Marked: true }, "A marked entry was not replaced.");
        if (expected is null && IsStored(outcome, key))
            Written(key, value, operation, operation.Versioned);
    }

    private void CompareExchange(StoreOperation operation)
    {
        byte[] key = KeyOf(operation), value = NewValue(operation);
        long current = 0;
        if (Store.TryGetInfo(key, out EntryInfo info))
        {
            CheckInfo(key, Reconcile(key, found: true)!, info);
            current = info.Version;
        }

        long given = Math.Max(1, current) + operation.VersionOffset;
        WriteOutcome outcome = Store.CompareExchange(key, value, given, OptionsOf(operation), out long version);
        ReferenceEntry? expected = Reconcile(key, found: outcome is not (WriteOutcome.NotFound or WriteOutcome.NoSpace));
        if (expected is null)
            return;
        if (!expected.Versioned)
        {
            Assert.Equal(WriteOutcome.NotVersioned, outcome);
            return;
        }

        if (given != current)
        {
            Assert.Equal(WriteOutcome.VersionMismatch, outcome);
            Assert.Equal(0, version);
            return;
        }

        Assert.Equal(WriteOutcome.Stored, outcome);
        Assert.True(version > current, $"The new version {version} is not above {current}.");
        Written(key, value, operation, versioned: true);
        string? wrong = _reference.Observe(key, _reference.Find(key)!, version);
        Assert.True(wrong is null, wrong);
    }

    private void Touch(StoreOperation operation)
    {
        byte[] key = KeyOf(operation);
        if (_step % 2 == 0)
        {
            Extend(key, operation);
            return;
        }

        WriteOutcome outcome = Store.Touch(key, operation.Ttl);
        if (Reconcile(key, found: outcome is not (WriteOutcome.NotFound or WriteOutcome.NoSpace)) is not { } expected)
            return;
        Assert.Equal(WriteOutcome.Stored, outcome);
        _reference.Touch(expected, operation.Ttl);
    }

    /// <summary>The soft time becomes half of the time to live that is given, if the entry has notes and both times.</summary>
    private void Extend(byte[] key, StoreOperation operation)
    {
        TimeSpan? ttl = operation.Ttl, softTtl = ttl is { } given && given != Timeout.InfiniteTimeSpan && given.TotalMilliseconds >= 2 ? given / 2 : null;
        WriteOutcome outcome = Store.Extend(key, default(NotesTest), softTtl, ttl);
        ReferenceEntry? known = _reference.Find(key);
        bool isMeant = known is { Notes.Length: > 0 } && (ttl is null || known.Times.Hard) && (softTtl is null || known.Times.Soft);
        if (!isMeant)
        {
            Assert.Equal(WriteOutcome.NotFound, outcome);
            return;
        }

        if (Reconcile(key, found: outcome != WriteOutcome.NotFound) is not { } expected)
            return;
        Assert.Equal(WriteOutcome.Stored, outcome);
        if (softTtl is { } soft)
            expected.StaleAtMs = _reference.NowMs + (long)soft.TotalMilliseconds;
        if (ttl is { } hard)
            expected.ExpiresAtMs = hard == Timeout.InfiniteTimeSpan ? long.MaxValue : _reference.NowMs + (long)hard.TotalMilliseconds;
        expected.StaleAtMs = expected.Times.Soft ? Math.Min(expected.StaleAtMs, expected.ExpiresAtMs) : long.MaxValue;
    }

    private void RemoveWithNotes(byte[] key)
    {
        bool isRemoved = Store.Remove(key, default(NotesTest));
        if (_reference.Find(key) is not { Notes.Length: > 0 })
            Assert.False(isRemoved, "An entry without notes was removed.");
        else if (Reconcile(key, found: isRemoved) is not null)
            _reference.Remove(key);
    }

    /// <summary>Removes all marked entries, in steps of a few buckets.</summary>
    private void SweepMarked()
    {
        List<byte[]> marked = [.. _reference.Live.Where(pair => pair.Value.Marked).Select(pair => pair.Key)];
        int removed = 0;
        SweepCursor cursor = default;
        for (bool hasMore = true; hasMore;)
        {
            hasMore = Store.SweepStep(ref cursor, default(MarkedTest), 1 + (_step % 7), out int gone);
            removed += gone;
        }

        Assert.InRange(removed, mayEvict ? 0 : marked.Count, marked.Count);
        foreach (byte[] key in marked)
        {
            Assert.False(subject.Contains(key), "A marked entry was not swept.");
            _reference.Remove(key);
        }
    }

    private void Remove(StoreOperation operation)
    {
        byte[] key = KeyOf(operation);
        if (_step % 2 == 0)
        {
            RemoveWithNotes(key);
            return;
        }

        if (Reconcile(key, found: Store.Remove(key)) is not null)
            _reference.Remove(key);
        Assert.False(Store.TryGetInfo(key, out _), "The key is still there after it was removed.");
    }

    private bool IsStored(WriteOutcome outcome, byte[] key)
    {
        if (outcome == WriteOutcome.Stored)
            return true;
        Assert.True(mayEvict && outcome == WriteOutcome.NoSpace, $"The write answered {outcome}.");
        _reference.Forget(key);
        return false;
    }
}
