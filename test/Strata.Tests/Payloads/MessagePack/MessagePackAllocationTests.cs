using System.Buffers;
using Strata.Payloads.MessagePack;
using Strata.TestKit;
using Strata.Tests.Payloads.MessagePack.Contracts;
using Xunit;

namespace Strata.Tests.Payloads.MessagePack;

/// <summary>What writing and reading allocate.</summary>
public sealed class MessagePackAllocationTests
{
    private static readonly ArrayBufferWriter<byte> s_writer = new(4_096);
    private static readonly Everything s_everything = Everything.Sample();
    private static readonly Spot[] s_spots = [new(1, 2), new(3, 4)];
    private static object? s_kept;

    [Fact]
    public void Write_OfAnything_AllocatesNothing()
    {
        // A dictionary behind an interface is the exception: its enumerator is an object unless it is a Dictionary.
        Assert.True(Allocation.OfCalls(static () => Write(s_everything), out long bytes));
        Assert.Equal(0, bytes);
    }

    [Fact]
    public void Read_OfContract_AllocatesTheGraphAlone()
    {
        byte[] person = Packed.Write(TestPack.Person, new Person(1, "nick", "name") { Tags = ["a", "bc"] });
        Assert.True(Allocation.OfCalls(() => TestPack.Person.TryRead(new(person), out _), out long actual));
        Allocation.OfCalls(static () => Keep(new Person(1, Text(4), Text(4)) { Tags = [Text(1), Text(2)] }), out long graph);
        Assert.Equal(graph, actual);
    }

    [Fact]
    public void Read_OfList_AllocatesItsArrayOnce()
    {
        byte[] spots = Packed.Write(TestPack.ListSpot, [.. s_spots]);
        Assert.True(Allocation.OfCalls(() => TestPack.ListSpot.TryRead(new(spots), out _), out long actual));
        Allocation.OfCalls(static () => Keep(new List<Spot>(2)), out long graph);
        Assert.Equal(graph, actual);
    }

    [Fact]
    public void Read_OfStruct_AllocatesNothing()
    {
        byte[] spot = Packed.Write(TestPack.Spot, new Spot(1, 2));
        Assert.True(Allocation.OfCalls(() => TestPack.Spot.TryRead(new(spot), out _), out long bytes));
        Assert.True(Allocation.OfCalls(() => TestPack.Spot.TryRead(Cut(spot), out _), out long pieces));
        Allocation.OfCalls(() => Cut(spot).Length > 0, out long cutting);
        Assert.Equal(0, bytes);
        Assert.Equal(cutting, pieces);

        static ReadOnlySequence<byte> Cut(byte[] bytes) => Pieces.Of(bytes, 2);
    }

    [Fact]
    public void Read_OfUnreadable_AllocatesNothing()
    {
        byte[] huge = [0xdd, 0x7f, 0xff, 0xff, 0xff, 1, 2, 3];
        byte[] text = [0xdb, 0x7f, 0xff, 0xff, 0xff, 1, 2, 3];
        Assert.True(Allocation.OfCalls(() => !TestPack.ListSpot.TryRead(new(huge), out _) && !TestPack.Everything.TryRead(new(text), out _), out long bytes));
        Assert.Equal(0, bytes);
    }

    /// <summary>Each level claims all the bytes that are left: only the outermost could be meant.</summary>
    [Fact]
    public void Read_OfNestedClaims_AllocatesForTheirSumAtMost()
    {
        byte[] claims = new byte[64 * 1024];
        for (int level = 0; level < MessagePackReader.MaxDepth / 2; level++)
        {
            Span<byte> at = claims.AsSpan(6 * level);
            at[0] = 0x91;
            at[1] = 0xdd;
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(at[2..], at.Length - 6);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.False(TestPack.Node.TryRead(new(claims), out _));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, claims.Length, 16 * claims.Length);
    }

    private static bool Write(Everything value)
    {
        s_writer.ResetWrittenCount();
        TestPack.Everything.Write(value, s_writer);
        return s_writer.WrittenCount > 0;
    }

    /// <summary>What is not kept may never be made.</summary>
    private static bool Keep(object value)
    {
        s_kept = value;
        return s_kept is not null;
    }

    private static string Text(int length) => new('x', length);
}
