using System.Text;
using Strata.Payloads.Envelopes;
using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Tests.Payloads.Envelopes;

public sealed class XxHash64Tests
{
    // Known answers of the reference implementation.
    [Theory]
    [InlineData("", 0xEF46DB3751D8E999)]
    [InlineData("a", 0xD24EC4F1A98C6E5B)]
    [InlineData("abc", 0x44BC2CF5AD770999)]
    [InlineData("Nobody inspects the spammish repetition", 0xFBCEA83C8A378BF1)]
    public void Compute_KnownText_IsTheReferencesHash(string text, ulong hash) => Assert.Equal(hash, XxHash64.Compute(Encoding.ASCII.GetBytes(text), seed: 0));

    [Fact]
    public void Compute_AnyBitOrLengthOrSeedChanged_ChangesTheHash()
    {
        var seen = new HashSet<ulong>();
        byte[] bytes = TestBytes.Value(1, 100);
        for (int length = 0; length <= bytes.Length; length++)
        {
            Assert.True(seen.Add(XxHash64.Compute(bytes.AsSpan(0, length), seed: 0)));
            Assert.True(seen.Add(XxHash64.Compute(bytes.AsSpan(0, length), seed: 1)));
        }

        for (int bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.True(seen.Add(XxHash64.Compute(bytes, seed: 0)));
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }
}
