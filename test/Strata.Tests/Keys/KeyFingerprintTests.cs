using Strata.Keys;
using Xunit;

namespace Strata.Tests.Keys;

public sealed class KeyFingerprintTests
{
    [Fact]
    public void Compute_OfEveryLength_DependsOnEveryByte()
    {
        for (int length = 1; length <= 40; length++)
        {
            byte[] key = new byte[length];
            uint before = KeyFingerprint.Compute(key);
            Assert.Equal(before, KeyFingerprint.Compute(key.ToArray()));
            int changed = 0;
            for (int i = 0; i < length; i++)
            {
                key[i] = 1;
                changed += KeyFingerprint.Compute(key) != before ? 1 : 0;
                key[i] = 0;
            }

            Assert.Equal(length, changed);
        }
    }

    [Fact]
    public void Compute_OfCountedKeys_SpreadsOverSlots()
    {
        int[] slots = new int[256];
        for (int i = 0; i < 25_600; i++)
            slots[KeyFingerprint.Compute(BitConverter.GetBytes(i)) % 256]++;
        Assert.InRange(slots.Max(), 100, 200);
        Assert.InRange(slots.Min(), 30, 100);
    }
}
