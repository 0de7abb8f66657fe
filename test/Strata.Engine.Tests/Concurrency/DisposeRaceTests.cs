using System.Buffers;
using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests.Concurrency;

/// <summary>Dispose while others work: they finish what they began or get ObjectDisposedException, never a crash or foreign bytes.</summary>
public sealed class DisposeRaceTests
{
    [Fact]
    public void Dispose_WhileThreadsReadWriteAndEnumerate_EachEndsCleanly()
    {
        for (int round = 0; round < 40; round++)
        {
            var subject = new StoreUnderTest();
            for (int key = 0; key < 200; key++)
                Write(subject.Store, key, (ulong)round, 200);
            Write(subject.Store, 200, 1, 50_000);
            using var warm = new CountdownEvent(5);

            Crew.Run(6, member =>
            {
                if (member == 0)
                {
                    warm.Wait();
                    subject.Store.Dispose();
                    return;
                }

                Assert.Throws<ObjectDisposedException>(() => WorkUntilDisposed(subject.Store, member, warm));
            });
        }
    }

    [Fact]
    public void Dispose_FromManyThreads_IsFine()
    {
        for (int round = 0; round < 20; round++)
        {
            var subject = new StoreUnderTest();
            subject.Set("k"u8.ToArray(), 1, 10);
            Crew.Run(4, _ => subject.Store.Dispose());
            Assert.Throws<ObjectDisposedException>(() => subject.Store.GetStatistics());
        }
    }

    [Fact]
    public void Dispose_ThenOtherStoresTakeTheMemory_LateReadersSeeNothingOfThem()
    {
        for (int round = 0; round < 20; round++)
        {
            var first = new StoreUnderTest();
            for (int key = 0; key < 200; key++)
                Write(first.Store, key, 1, 300);
            using var warm = new CountdownEvent(3);

            Crew.Run(4, member =>
            {
                if (member > 0)
                {
                    Assert.Throws<ObjectDisposedException>(() => WorkUntilDisposed(first.Store, 1, warm));
                    return;
                }

                warm.Wait();
                first.Store.Dispose();
                // Values of other keys than the late readers ask for would fail their check.
                using var second = new StoreUnderTest();
                for (int key = 1000; key < 1400; key++)
                    Write(second.Store, key, 2, 300);
            });
        }
    }

    [Fact]
    public void Dispose_WhileALongCopyIsMade_LeavesNoUncheckedBytesInTheDestination()
    {
        const byte Sentinel = 0xA5;
        const int ValueBytes = 900_000;
        byte[] key = "copied"u8.ToArray();
        for (int round = 0; round < 60; round++)
        {
            var store = new ByteStore(new ByteStoreOptions { CapacityBytes = 16 << 20, SlabBytes = 1 << 20, BackgroundMaintenance = false });
            store.Set(key, TestBytes.Value((ulong)round, ValueBytes));
            using var warm = new CountdownEvent(1);
            Crew.Run(2, member =>
            {
                if (member == 0)
                {
                    warm.Wait();
                    Thread.SpinWait(round * 50);
                    store.Dispose();
                    return;
                }

                var buffer = new byte[ValueBytes];
                Assert.Throws<ObjectDisposedException>(() => ReadUntilDisposed(buffer));
                Assert.Equal(-1, buffer.AsSpan().IndexOfAnyExcept(Sentinel, (byte)0));
            });

            void ReadUntilDisposed(byte[] buffer)
            {
                for (int i = 0; ; i++)
                {
                    buffer.AsSpan().Fill(Sentinel);
                    store.TryGet(key, buffer, out int _);
                    if (i == 2)
                        warm.Signal();
                }
            }
        }
    }

    private static void WorkUntilDisposed(ByteStore store, int member, CountdownEvent warm)
    {
        var random = new SplitMix64((ulong)member);
        var buffer = new byte[50_016];
        var writer = new ArrayBufferWriter<byte>(60_000);
        for (int i = 0; ; i++)
        {
            if (i == 20)
                warm.Signal();
            int key = random.Next(201);
            byte[] keyBytes = TestBytes.Key(key, 8);
            if (member == 5 && i % 3 == 0)
            {
                Write(store, key, (ulong)i, key == 200 ? 50_000 : 200);
            }
            else if (member == 4)
            {
                writer.ResetWrittenCount();
                if (store.TryGet(keyBytes, writer, out EntryInfo _) == ReadOutcome.Hit)
                    Assert.Null(CheckedPayload.Check(writer.WrittenSpan, key));
            }
            else if (member == 3 && i % 50 == 0)
            {
                using ByteStore.EntryEnumerator entries = store.GetEnumerator();
                while (entries.MoveNext())
                    Assert.Equal(8, entries.CurrentKey.Length);
            }
            else if (store.TryGet(keyBytes, buffer, out int length) == ReadOutcome.Hit)
            {
                Assert.Null(CheckedPayload.Check(buffer.AsSpan(0, length), key));
            }
        }
    }

    private static void Write(ByteStore store, int key, ulong number, int extraBytes)
    {
        var value = new byte[CheckedPayload.MinBytes + extraBytes];
        CheckedPayload.Write(value, key, number);
        store.Set(TestBytes.Key(key, 8), value);
    }
}
