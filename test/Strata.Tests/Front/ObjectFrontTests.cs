using System.Runtime.CompilerServices;
using Strata.Front;
using Xunit;

namespace Strata.Tests.Front;

/// <summary>The table of instances by itself.</summary>
public sealed class ObjectFrontTests
{
    // The lower bits are the tag.
    private const ulong OneSet = 0x1234_5678_0000_1000;

    private static ObjectFront Create(int capacity) => new(new ObjectFrontOptions { Capacity = capacity });

    [Fact]
    public void Slot_OfTheTable_Has32Bytes() => Assert.Equal(32, Unsafe.SizeOf<FrontSlot>());

    [Fact]
    public void TryFind_OfWhatWasPut_ReturnsTheInstanceAndItsVersion()
    {
        ObjectFront front = Create(64);
        object instance = new();
        front.Put(5, 7, instance);
        Assert.True(front.TryFind(5, out object? found, out long version));
        Assert.Same(instance, found);
        Assert.Equal(7, version);
        Assert.False(front.TryFind(6, out _, out _));
    }

    [Fact]
    public void Put_OfANewerVersion_TakesThePlaceOfTheOlder()
    {
        ObjectFront front = Create(64);
        object newer = new();
        front.Put(5, 7, new object());
        front.Put(5, 8, newer);
        front.Put(5, 6, new object());
        Assert.True(front.TryFind(5, out object? found, out long version));
        Assert.Same(newer, found);
        Assert.Equal(8, version);
        Assert.Equal(1, front.Count);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(31)]
    [InlineData(1000)]
    public void Put_OfMoreThanFits_KeepsNoMoreThanTheCapacity(int capacity)
    {
        ObjectFront front = Create(capacity);
        for (int i = 1; i <= 10 * capacity; i++)
            front.Put((ulong)i * 0x9E37_79B9_7F4A_7C15, i, i);
        Assert.InRange(front.Count, capacity - capacity % 16, capacity);
    }

    [Fact]
    public void Put_IntoAFullSet_DropsWhatWasNotUsedSinceTheHandCameBy()
    {
        ObjectFront front = Create(16);
        for (uint i = 0; i < 16; i++)
            front.Put(OneSet + i, i + 1, i);
        for (uint i = 0; i < 16; i++)
            Assert.Equal(i != 3, i != 3 && front.TryFind(OneSet + i, out _, out _));
        front.Put(OneSet + 100, 100, "new");
        Assert.False(front.TryFind(OneSet + 3, out _, out _));
        Assert.Equal(16, front.Count);
        Assert.Equal(16, Enumerable.Range(0, 101).Count(i => front.TryFind(OneSet + (uint)i, out _, out _)));
    }

    [Fact]
    public void Put_OfManyWithOneInUse_KeepsTheOneInUse()
    {
        ObjectFront front = Create(16);
        front.Put(OneSet, 1, "in use");
        for (uint i = 1; i < 1000; i++)
        {
            Assert.True(front.TryFind(OneSet, out _, out _), $"It was dropped for number {i}.");
            front.Put(OneSet + i, i + 1, i);
        }
    }

    [Fact]
    public void Clear_OfAFilledFront_LetsGoOfEveryInstance()
    {
        ObjectFront front = Create(64);
        WeakReference[] instances = Fill(front);
        front.Clear();
        Assert.Equal(0, front.Count);
        GC.Collect();
        Assert.DoesNotContain(instances, instance => instance.IsAlive);
        front.Put(5, 7, "again");
        Assert.Equal(1, front.Count);
    }

    /// <summary>One place is written as fast as can be; what a reader gets must belong together.</summary>
    [Fact(Timeout = 60_000)]
    public async Task TryFind_BesideAWriter_NeverMixesAnInstanceWithTheVersionOfAnother()
    {
        const int instanceCount = 1024, versions = 4_000_000;
        ObjectFront front = Create(16);
        object[] instances = [.. Enumerable.Range(0, instanceCount).Select(i => (object)i)];
        long wrong = 0, found = 0;
        Task writer = Task.Run(() =>
        {
            for (int version = 1; version <= versions; version++)
                front.Put(OneSet, version, instances[version % instanceCount]);
        });
        Task reader = Task.Run(() =>
        {
            while (!writer.IsCompleted)
            {
                if (!front.TryFind(OneSet, out object? instance, out long version))
                    continue;
                found++;
                wrong += (int)instance == version % instanceCount ? 0 : 1;
            }
        });
        await Task.WhenAll(writer, reader);
        Assert.NotEqual(0, found);
        Assert.Equal(0, wrong);
    }

    [Theory]
    [InlineData(15)]
    [InlineData(ObjectFrontOptions.MaxCapacity + 1)]
    public void Capacity_OutsideItsBounds_IsRefusedWithNameAndBounds(int capacity)
    {
        ArgumentOutOfRangeException exception = Assert.Throws<ArgumentOutOfRangeException>(() => new ObjectFrontOptions { Capacity = capacity });
        Assert.Contains($"Capacity is {capacity}", exception.Message, StringComparison.Ordinal);
        Assert.Contains("16 to 67108864", exception.Message, StringComparison.Ordinal);
    }

    private static WeakReference[] Fill(ObjectFront front)
    {
        object[] instances = [.. Enumerable.Range(0, 40).Select(_ => new object())];
        for (int i = 0; i < instances.Length; i++)
            front.Put((ulong)i << 58, i + 1, instances[i]);
        return [.. instances.Select(instance => new WeakReference(instance))];
    }
}
