using Strata.Engine.Removals;
using Strata.Engine.Tests.Removals;
using Strata.TestKit.Scripts;
using Xunit;

namespace Strata.Engine.Tests.Models;

internal sealed partial class ModelRunner
{
    private const int LongestShown = 300;

    // What the store holds by what it told: everything written, but for what left.
    private readonly Dictionary<byte[], ReferenceEntry> _inStore = new(ByteKeyComparer.Instance);
    private (byte[] Key, ReferenceEntry Entry)? _written;

    /// <summary>Makes the store under test tell what leaves it.</summary>
    public static void Listen(ByteStoreOptions options, List<Removal> told)
    {
        options.RemovalValueBytes = LongestShown;
        options.RemovalQueueBytes = options.CapacityBytes / ByteStoreOptions.RemovalQueueShare;
        options.RemovalListener = (in RemovedEntry entry) => told.Add(Removal.Of(in entry));
    }

    private void Written(byte[] key, byte[] value, StoreOperation operation, bool versioned)
    {
        _reference.Set(key, value, operation.Ttl, versioned);
        ReferenceEntry entry = _reference.Find(key)!;
        int softMs = SoftOf(operation);
        entry.StaleAtMs = softMs == 0 ? long.MaxValue : _reference.NowMs + softMs;
        entry.Times = (softMs != 0, entry.ExpiresAtMs != long.MaxValue);
        (entry.Notes, entry.Marked) = (NotesOf(operation), operation.Marked);
        _written = (key, entry);
    }

    /// <summary>Every entry that left during the operation was told once, for the right reason, with its last value; and no other.</summary>
    private void CheckRemovals(StoreOperation operation)
    {
        Store.DeliverRemovals();
        foreach (Removal removal in told)
        {
            if (removal.Reason == RemovalReason.Cleared)
                Assert.Equal(StoreOperationKind.Clear, operation.Kind);
            else
                CheckRemoval(removal, operation);
        }

        if (operation.Kind == StoreOperationKind.Clear)
        {
            Assert.Equal(_inStore.Count, told.Sum(removal => removal.EntryCount));
            _inStore.Clear();
        }

        told.Clear();
        if (_written is { } written)
            _inStore.Add(written.Key, written.Entry);
        _written = null;
        Assert.Equal(0, subject.Statistics.RemovalsDropped);
        Assert.Equal(_inStore.Count, subject.Statistics.EntryCount);
    }

    private void CheckRemoval(Removal removal, StoreOperation operation)
    {
        Assert.True(_inStore.Remove(removal.Key, out ReferenceEntry? entry), $"{removal.Reason} was told of a key that is not there: {(removal.Key.AsSpan().SequenceEqual(KeyOf(operation)) ? "its own" : "another")}, {told.Count} told, written {_written is not null}.");
        Assert.Equal(entry.Value.Length, removal.ValueBytes);
        Assert.Equal(entry.Value.Length <= LongestShown ? entry.Value : null, removal.Value);
        Assert.Equal(entry.Notes, removal.Notes);
        if (entry.ExpiresAtMs <= _reference.NowMs)
        {
            Assert.Equal(RemovalReason.Expired, removal.Reason);
            return;
        }

        // What a write of the key itself would replace may have been evicted before, to make room for it.
        bool isOwn = removal.Key.AsSpan().SequenceEqual(KeyOf(operation));
        bool isRemove = operation.Kind == StoreOperationKind.Remove;
        bool isSwept = operation.Kind == StoreOperationKind.Maintain && entry.Marked;
        RemovalReason[] allowed = isSwept ? [RemovalReason.Removed, RemovalReason.Evicted]
            : isOwn && isRemove ? [RemovalReason.Removed]
            : !isOwn || isRemove ? [RemovalReason.Evicted]
            : [RemovalReason.Evicted, _written is not null ? RemovalReason.Replaced : RemovalReason.NoSpace];
        Assert.Contains(removal.Reason, allowed);
        Assert.True(mayEvict || removal.Reason is not (RemovalReason.Evicted or RemovalReason.NoSpace), "An entry was dropped without need.");
    }
}
