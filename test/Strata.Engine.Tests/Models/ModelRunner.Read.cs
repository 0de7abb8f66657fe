using System.Buffers;
using Strata.TestKit.Bytes;
using Strata.TestKit.Scripts;
using Xunit;

namespace Strata.Engine.Tests.Models;

internal sealed partial class ModelRunner
{
    private void Get(StoreOperation operation)
    {
        byte[] key = KeyOf(operation);
        int wanted = _reference.Find(key)?.Value.Length ?? 64;
        byte[] destination = Filled(wanted + SlackBytes);
        StoreStatistics before = subject.Statistics;

        byte[] notes = new byte[WriteOptions.MaxNotesBytes];
        bool wantsNotes = _step % 2 == 0;
        ReadOutcome outcome = wantsNotes ? Store.TryGetEntry(key, destination, notes, out EntryInfo info) : Store.TryGetEntry(key, destination, out info);

        StoreStatistics after = subject.Statistics;
        ReferenceEntry? expected = Reconcile(key, found: outcome != ReadOutcome.Miss);
        Assert.Equal(expected is null ? 0 : 1, after.Hits - before.Hits);
        Assert.Equal(expected is null ? 1 : 0, after.Misses - before.Misses);
        if (expected is null)
        {
            AssertNothingForeign(destination);
            AssertNothingForeign(notes);
            return;
        }

        Assert.Equal(HitOf(expected), outcome);
        CheckInfo(key, expected, info);
        if (wantsNotes)
            CheckNotes(expected, notes);
        Assert.True(expected.Value.AsSpan().SequenceEqual(destination.AsSpan(0, expected.Value.Length)), "The bytes are not the last ones written.");
        Assert.Equal(-1, destination.AsSpan(expected.Value.Length).IndexOfAnyExcept(Sentinel));
        GetPlainly(key, expected);
    }

    /// <summary>By the straight path, alone and in a batch, as far as that goes.</summary>
    private void GetPlainly(byte[] key, ReferenceEntry expected)
    {
        byte[] destination = Filled(expected.Value.Length + SlackBytes);
        StoreStatistics before = subject.Statistics;

        ReadOutcome outcome = Store.TryGet(key, destination, out int valueBytes);

        Assert.Equal((expected.Marked ? ReadOutcome.Marked : HitOf(expected), expected.Value.Length), (outcome, valueBytes));
        Assert.Equal(expected.Marked ? 0 : 1, subject.Statistics.Hits - before.Hits);
        if (expected.Marked)
            AssertNothingForeign(destination);
        else
            Assert.True(expected.Value.AsSpan().SequenceEqual(destination.AsSpan(0, valueBytes)), "The bytes are not the last ones written.");
        var reads = new BatchRead[1];
        destination = Filled(expected.Value.Length);
        Assert.Equal(expected.Marked ? 0 : 1, Store.TryGetMany(new ByteSpans(key, [key.Length]), destination, reads));
        Assert.Equal(new BatchRead(outcome, 0, valueBytes), reads[0]);
        Assert.True(expected.Marked || expected.Value.AsSpan().SequenceEqual(destination), "The bytes of a batch are not the last ones written.");
    }

    private void GetTooShort(StoreOperation operation)
    {
        byte[] key = KeyOf(operation);
        int length = _reference.Find(key)?.Value.Length ?? 1;
        if (length == 0)
            return;
        byte[] destination = Filled(_step % 2 == 0 ? length - 1 : length / 2);

        ReadOutcome outcome = Store.TryGet(key, destination, out int valueBytes);

        ReferenceEntry? expected = Reconcile(key, found: outcome != ReadOutcome.Miss);
        if (expected is null)
        {
            AssertNothingForeign(destination);
            return;
        }

        Assert.Equal(expected.Marked ? ReadOutcome.Marked : ReadOutcome.DestinationTooShort, outcome);
        Assert.Equal(expected.Value.Length, valueBytes);
        for (int i = 0; i < destination.Length; i++)
            Assert.True(destination[i] is Sentinel or 0 || destination[i] == expected.Value[i], $"Byte {i} belongs to nobody who was asked.");
    }

    private void GetIntoWriter(StoreOperation operation)
    {
        byte[] key = KeyOf(operation);
        var writer = new FragmentingBufferWriter((SpanSizing)(_step % 4), fragmentBytes: 1 + (_step % 50));

        byte[] notes = new byte[WriteOptions.MaxNotesBytes];
        bool wantsNotes = _step % 2 == 0;
        ReadOutcome outcome = wantsNotes ? Store.TryGet(key, writer, notes, out EntryInfo info) : Store.TryGet(key, writer, out info);

        if (Reconcile(key, found: outcome != ReadOutcome.Miss) is not { } expected)
        {
            Assert.Empty(writer.Written);
            AssertNothingForeign(writer.Scribbled);
            return;
        }

        Assert.Equal(HitOf(expected), outcome);
        CheckInfo(key, expected, info);
        if (wantsNotes)
            CheckNotes(expected, notes);
        Assert.True(expected.Value.AsSpan().SequenceEqual(writer.Written), "The bytes in the writer are not the last ones written.");
    }

    private void Lease(StoreOperation operation)
    {
        byte[] key = KeyOf(operation);
        ReadOutcome outcome = Store.TryLease(key, out ValueLease lease);
        if (Reconcile(key, found: outcome != ReadOutcome.Miss) is not { } expected)
        {
            Assert.Equal(0, lease.Length);
            return;
        }

        if (expected.Marked)
        {
            Assert.Equal((ReadOutcome.Marked, 0), (outcome, lease.Length));
            return;
        }

        Assert.Equal((HitOf(expected), expected.Value.Length), (outcome, lease.Length));
        string? wrong = _reference.Observe(key, expected, lease.Version);
        Assert.True(wrong is null, wrong);
        _held.Enqueue((lease, expected.Value));
        if (_held.Count > MostHeld)
            EndOldestLease();
    }

    /// <summary>Its bytes are what they were when it was taken.</summary>
    private void EndOldestLease()
    {
        (ValueLease lease, byte[] value) = _held.Dequeue();
        Assert.True(lease.Sequence.ToArray().AsSpan().SequenceEqual(value), "The bytes of a lease have changed.");
        lease.Dispose();
    }

    private void GetInfo(StoreOperation operation)
    {
        byte[] key = KeyOf(operation);
        if (Reconcile(key, found: Store.TryGetInfo(key, out EntryInfo info)) is { } expected)
            CheckInfo(key, expected, info);
    }

    /// <summary>Nothing changes while it runs: every live entry is seen once, and nothing else.</summary>
    private void Enumerate()
    {
        var seen = new HashSet<byte[]>(ByteKeyComparer.Instance);
        using (ByteStore.EntryEnumerator entries = Store.GetEnumerator())
        {
            while (entries.MoveNext())
            {
                byte[] key = entries.CurrentKey.ToArray();
                Assert.True(seen.Add(key), "A key was enumerated twice.");
                CheckInfo(key, Reconcile(key, found: true)!, entries.CurrentInfo);
            }
        }

        foreach ((byte[] key, _) in _reference.Live.ToList())
            Reconcile(key, found: seen.Contains(key));
    }

    private static byte[] Filled(int length)
    {
        var bytes = new byte[length];
        bytes.AsSpan().Fill(Sentinel);
        return bytes;
    }

    /// <summary>A read without a hit may have cleared the destination, but leaves no bytes of any entry in it.</summary>
    private static void AssertNothingForeign(ReadOnlySpan<byte> destination) =>
        Assert.Equal(-1, destination.IndexOfAnyExcept(Sentinel, (byte)0));
}
