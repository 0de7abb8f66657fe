using System.Buffers.Binary;

namespace Strata.Engine.Stress.Fuzz;

/// <summary>Changes inputs as accidents and attackers do.</summary>
internal static class Mutator
{
    private const int MaxChanges = 4;
    private const int MaxRandomBytes = 300;

    private static readonly long[] s_numbers = [0, 1, 2, 15, 16, 127, 128, 255, 256, 1_023, 1_024, short.MaxValue, ushort.MaxValue, 1 << 20, int.MaxValue, uint.MaxValue, long.MaxValue, -1, long.MinValue];

    /// <summary>Random bytes, or a copy of a valid input with a few changes.</summary>
    public static byte[] Change(byte[] valid, Random random)
    {
        if (random.Next(16) == 0)
            return RandomBytes(random.Next(MaxRandomBytes), random);
        byte[] changed = valid;
        for (int changes = 1 + random.Next(MaxChanges); changes > 0; changes--)
            changed = ChangeOnce(changed, random);
        return changed;
    }

    private static byte[] ChangeOnce(byte[] input, Random random)
    {
        int at = random.Next(input.Length + 1);
        int length = random.Next(1 + Math.Min(input.Length - at, 1 << random.Next(12)));
        byte[] copy = [.. input];
        switch (random.Next(8))
        {
            case 0:
                return input[..at];
            case 1 when at < input.Length:
                copy[at] ^= (byte)(1 << random.Next(8));
                return copy;
            case 2 when at < input.Length:
                copy[at] = (byte)random.Next(256);
                return copy;
            case 3:
                return Overwrite(copy, at, random);
            case 4:
                return [.. input[..at], .. input[(at + length)..]];
            case 5:
                return [.. input[..at], .. RandomBytes(random.Next(20), random), .. input[at..]];
            case 6:
                return [.. input[..(at + length)], .. input[at..]];
            default:
                copy.AsSpan(at, length).Fill(random.Next(2) == 0 ? byte.MaxValue : (byte)random.Next(256));
                return copy;
        }
    }

    /// <summary>Writes a number that lengths and times trip over, in one of the usual widths.</summary>
    private static byte[] Overwrite(byte[] copy, int at, Random random)
    {
        Span<byte> number = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(number, s_numbers[random.Next(s_numbers.Length)]);
        int width = Math.Min(1 << random.Next(4), copy.Length - at);
        number[..width].CopyTo(copy.AsSpan(at));
        return copy;
    }

    private static byte[] RandomBytes(int length, Random random)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}
