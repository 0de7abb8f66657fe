using System.Runtime.CompilerServices;
using Strata.Engine.Tests.Concurrency;
using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests.Memory;

/// <summary>A store that nobody disposed ends with the collector; its memory goes on to others only when its own end is done with it.</summary>
[Collection(nameof(RegionReuseTests))]
public sealed class ForgottenStoreTests
{
    private const int KeyCount = 1500;
    private const int ValueBytes = 400;

    [Fact]
    public void Forget_ManyFilledStoresWhileOthersAreInUse_HarmsNone()
    {
        const int Batches = 12, StoresOfABatch = 50;
        bool isOver = false;
        Crew.Run(3, member =>
        {
            if (member == 0)
            {
                try
                {
                    for (int batch = 0; batch < Batches; batch++)
                    {
                        // Many at once, so that the finalizers of a batch run for a while beside the stores that take its memory over.
                        FillAndForget(StoresOfABatch);
                        CollectTwice();
                    }
                }
                finally
                {
                    Volatile.Write(ref isOver, true);
                }

                return;
            }

            for (ulong seed = (ulong)member << 40; !Volatile.Read(ref isOver); seed += 1 << 20)
            {
                using var inUse = new StoreUnderTest(o => o.StripeCount = 1);
                Fill(inUse.Store, seed);
                Check(inUse.Store, seed);
            }
        });
    }

    [Fact]
    public void Forget_OtherStoreTakesMemoryWhileTheForgottenOneEnds_KeepsItsBytes()
    {
        // What a former test left would be taken instead.
        CollectTwice();
        StoreUnderTest[] parked = [.. Enumerable.Range(0, 200).Select(_ => new StoreUnderTest())];
        using var taken = new TakenStore();

        ForgetOneThatEndsLate(taken);
        CollectTwice();

        Assert.NotNull(taken.Subject);
        Check(taken.Subject.Store, 77);
        foreach (StoreUnderTest each in parked)
            each.Dispose();
    }

    [Fact]
    public void Forget_StoresInARow_DoesNotGrowTheReservedMemory()
    {
        FillAndForget(1);
        CollectTwice();
        long before = System.Diagnostics.Process.GetCurrentProcess().VirtualMemorySize64;
        for (int i = 0; i < 200; i++)
        {
            FillAndForget(1);
            // The first collection finalizes the store, the second its region.
            if (i % 5 == 0)
                CollectTwice();
        }

        long after = System.Diagnostics.Process.GetCurrentProcess().VirtualMemorySize64;
        Assert.InRange(after - before, long.MinValue, 100L << 20);
    }

    [Fact]
    public void Constructor_TimeProviderThrowsAfterTheRegionWasRented_GivesItBack()
    {
        for (int i = 0; i < 20; i++)
            FailToCreate(64L << 20);
        CollectTwice();
        long before = System.Diagnostics.Process.GetCurrentProcess().VirtualMemorySize64;
        for (int i = 0; i < 200; i++)
        {
            FailToCreate(64L << 20);
            if (i % 5 == 0)
                CollectTwice();
        }

        long after = System.Diagnostics.Process.GetCurrentProcess().VirtualMemorySize64;
        Assert.InRange(after - before, long.MinValue, 100L * (64 << 20));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void FillAndForget(int count)
    {
        for (int i = 0; i < count; i++)
        {
            var store = new ByteStore(new ByteStoreOptions
            {
                CapacityBytes = ByteStoreOptions.MinCapacityBytes,
                SlabBytes = StoreUnderTest.SlabBytes,
                StripeCount = 1,
                BackgroundMaintenance = i % 2 == 0,
            });
            Fill(store, (ulong)i);
            if (i % 7 == 6)
                store.Dispose();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void FailToCreate(long capacityBytes) =>
        Assert.Throws<InvalidOperationException>(() => new ByteStore(new ByteStoreOptions { CapacityBytes = capacityBytes, TimeProvider = new TimerlessTime() }));

    private static void Fill(ByteStore store, ulong seed)
    {
        var value = new byte[ValueBytes];
        for (int key = 0; key < KeyCount; key++)
        {
            TestBytes.Fill(value, seed + (ulong)key);
            store.Set(TestBytes.Key(key, 8), value);
        }
    }

    private static void Check(ByteStore store, ulong seed)
    {
        var value = new byte[ValueBytes];
        for (int key = 0; key < KeyCount; key++)
        {
            ReadOutcome outcome = store.TryGet(TestBytes.Key(key, 8), value, out int _);
            Assert.Equal(ReadOutcome.Hit, outcome);
            Assert.True(TestBytes.IsValue(value, seed + (ulong)key), $"The value of key {key} was changed by somebody else.");
        }
    }

    private static void CollectTwice()
    {
        for (int i = 0; i < 2; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ForgetOneThatEndsLate(TakenStore taken)
    {
        var store = new ByteStore(new ByteStoreOptions
        {
            CapacityBytes = ByteStoreOptions.MinCapacityBytes,
            SlabBytes = StoreUnderTest.SlabBytes,
            TimeProvider = new LateTime(taken),
        });
        Fill(store, 1);
    }

    /// <summary>The store that is made while another one's finalizer runs.</summary>
    private sealed class TakenStore : IDisposable
    {
        public StoreUnderTest? Subject { get; private set; }

        public void Make()
        {
            Subject = new StoreUnderTest();
            Fill(Subject.Store, 77);
        }

        public void Dispose() => Subject?.Dispose();
    }

    /// <summary>Its timer, stopped at the end of a store, makes another store there and then.</summary>
    private sealed class LateTime(TakenStore taken) : TimeProvider
    {
        public override long TimestampFrequency
        {
            get
            {
                // Asked for in the store's constructor, before it has a region: the store gets a generation older, and is finalized after its region.
                GC.Collect();
                return System.TimestampFrequency;
            }
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new LateTimer(taken);

        private sealed class LateTimer(TakenStore taken) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose() => taken.Make();

            public ValueTask DisposeAsync()
            {
                Dispose();
                return ValueTask.CompletedTask;
            }
        }
    }

    private sealed class TimerlessTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            throw new InvalidOperationException("There are no timers here.");
    }
}
