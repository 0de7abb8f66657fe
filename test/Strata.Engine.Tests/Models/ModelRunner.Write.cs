using Strata.TestKit.Bytes;
using Strata.TestKit.Scripts;
using Xunit;

namespace Strata.Engine.Tests.Models;

internal sealed partial class ModelRunner
{
    private byte[] NewValue(StoreOperation operation) => TestBytes.Value(((ulong)(uint)_step << 32) | (uint)operation.Key, operation.ValueBytes);

    private static WriteOptions OptionsOf(StoreOperation operation) => new() { Ttl = operation.Ttl, Versioned = operation.Versioned };

    private void Set(StoreOperation operation)
    {
        byte[] key = KeyOf(operation), value = NewValue(operation);
        WriteOutcome outcome = operation.Kind == StoreOperationKind.SetSequence
            ? Store.Set(key, CutOf(value), OptionsOf(operation))
            : Store.Set(key, value, OptionsOf(operation));
        if (IsStored(outcome, key))
            Written(key, value, operation.Ttl, operation.Versioned);
    }

    private void Add(StoreOperation operation)
    {
        byte[] key = KeyOf(operation), value = NewValue(operation);
        WriteOutcome outcome = Store.Add(key, value, OptionsOf(operation));
        ReferenceEntry? expected = Reconcile(key, found: outcome == WriteOutcome.Exists);
        if (expected is null && IsStored(outcome, key))
            Written(key, value, operation.Ttl, operation.Versioned);
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
        Written(key, value, operation.Ttl, versioned: true);
        string? wrong = _reference.Observe(key, _reference.Find(key)!, version);
        Assert.True(wrong is null, wrong);
    }

    private void Touch(StoreOperation operation)
    {
        byte[] key = KeyOf(operation);
        WriteOutcome outcome = Store.Touch(key, operation.Ttl);
        if (Reconcile(key, found: outcome is not (WriteOutcome.NotFound or WriteOutcome.NoSpace)) is not { } expected)
            return;
        Assert.Equal(WriteOutcome.Stored, outcome);
        _reference.Touch(expected, operation.Ttl);
    }

    private void Remove(StoreOperation operation)
    {
        byte[] key = KeyOf(operation);
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
