using System.Buffers;
using Strata.Payloads;
using Xunit;

namespace Strata.Tests.Payloads;

public sealed class PayloadBufferTests
{
    [Fact]
    public void Write_BeyondEveryLength_KeepsAllBytes()
    {
        PayloadBuffer buffer = PayloadBuffer.Rent();
        byte[] expected = new byte[300_000];
        new Random(1).NextBytes(expected);
        for (int offset = 0, step = 1; offset < expected.Length; step = step * 3 % 5_003)
        {
            int length = Math.Min(step, expected.Length - offset);
            buffer.Write(expected.AsSpan(offset, length));
            offset += length;
        }

        Assert.Equal(expected, buffer.WrittenSpan.ToArray());
        Assert.Equal(expected, buffer.WrittenSequence.ToArray());
        buffer.Return();
    }

    [Fact]
    public void Rent_WhileRented_GivesAnother()
    {
        PayloadBuffer outer = PayloadBuffer.Rent();
        PayloadBuffer inner = PayloadBuffer.Rent();
        Assert.NotSame(outer, inner);
        inner.Return();
        outer.Return();
        PayloadBuffer again = PayloadBuffer.Rent();
        Assert.Same(inner, again);
        Assert.Equal(0, again.LengthBytes);
        again.Return();
    }

    [Fact]
    public void Advance_BeyondTheBuffer_Throws()
    {
        PayloadBuffer buffer = PayloadBuffer.Rent();
        int free = buffer.GetSpan(10).Length;
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Advance(free + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Advance(-1));
        buffer.Return();
    }
}
