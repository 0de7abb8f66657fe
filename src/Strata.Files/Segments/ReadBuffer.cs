using System.Buffers;

namespace Strata.Files.Segments;

/// <summary>A thread's own buffer for short records; longer ones come from the pool.</summary>
internal static class ReadBuffer
{
    private const int KeptBytes = 64 * 1024;

    [ThreadStatic]
    private static byte[]? t_kept;

    public static byte[] Rent(int lengthBytes)
    {
        if (lengthBytes > KeptBytes)
            return ArrayPool<byte>.Shared.Rent(lengthBytes);
        byte[] buffer = t_kept ?? new byte[KeptBytes];
        // The caller's buffer writer may read from this tier itself.
        t_kept = null;
        return buffer;
    }

    public static void Return(byte[] buffer)
    {
        if (buffer.Length == KeptBytes)
            t_kept = buffer;
        else
            ArrayPool<byte>.Shared.Return(buffer);
    }
}
