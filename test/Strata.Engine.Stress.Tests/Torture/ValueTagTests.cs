using Strata.Engine.Stress.Torture;

namespace Strata.Engine.Stress.Tests.Torture;

public sealed class ValueTagTests
{
    [Theory]
    [InlineData(ValueTag.MinBytes)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(1000)]
    public void TryRead_WrittenValue_GivesTag(int length)
    {
        var tag = new ValueTag(12, 3, 456, length);

        Assert.True(ValueTag.TryRead(Bytes(tag), out ValueTag read));
        Assert.Equal(tag, read);
    }

    [Fact]
    public void TryRead_AnyByteChanged_IsNoticed()
    {
        byte[] value = Bytes(new ValueTag(12, 3, 456, 200));
        for (int i = 0; i < value.Length; i++)
        {
            value[i] ^= 1;
            Assert.False(ValueTag.TryRead(value, out _), $"byte {i}");
            value[i] ^= 1;
        }
    }

    [Theory]
    [InlineData(13, 3, 456)]
    [InlineData(12, 4, 456)]
    [InlineData(12, 3, 457)]
    public void TryRead_TailOfAnotherWrite_IsNoticed(int key, int writer, long sequence)
    {
        byte[] value = Bytes(new ValueTag(12, 3, 456, 300));
        byte[] other = Bytes(new ValueTag(key, writer, sequence, 300));
        // Before byte 16 a cut may leave nothing of the first value that differs from the other.
        for (int cut = 16; cut < value.Length; cut++)
            Assert.False(ValueTag.TryRead([.. value[..cut], .. other[cut..]], out _), $"cut at {cut}");
    }

    [Fact]
    public void TryRead_Truncated_IsNoticed()
    {
        byte[] value = Bytes(new ValueTag(12, 3, 456, 300));
        for (int length = 0; length < value.Length; length++)
            Assert.False(ValueTag.TryRead(value.AsSpan(0, length), out _), $"{length} bytes");
    }

    private static byte[] Bytes(ValueTag tag)
    {
        var value = new byte[tag.Length];
        tag.Write(value);
        return value;
    }
}
