using System.Runtime.InteropServices;

namespace Strata.Engine.Stress.Fuzz;

/// <summary>
/// Native memory that ends at a page nobody may touch, so that one byte read or written behind it ends the process. Where the system is neither Linux nor macOS there is no such page, but
/// the bytes before and behind are still compared.
/// </summary>
internal sealed unsafe partial class GuardedMemory : IDisposable
{
    /// <summary>What untouched memory holds.</summary>
    public const byte Guard = 0xA5;

    private const int GuardBytes = 64;
    private const int ProtectNone = 0;
    private const int ProtectReadWrite = 3;

    private readonly byte* _start;
    private readonly int _lengthBytes;
    private readonly nuint _guardPageBytes;

    public GuardedMemory(int maxBytes)
    {
        int pageBytes = Environment.SystemPageSize;
        _lengthBytes = (maxBytes + GuardBytes + pageBytes - 1) / pageBytes * pageBytes;
        _guardPageBytes = (nuint)pageBytes;
        _start = (byte*)NativeMemory.AlignedAlloc((nuint)_lengthBytes + _guardPageBytes, _guardPageBytes);
        HasGuardPage = !OperatingSystem.IsWindows();
        if (HasGuardPage && Protect(_start + _lengthBytes, _guardPageBytes, ProtectNone) != 0)
            throw new InvalidOperationException("The page behind the memory could not be locked.");
    }

    public bool HasGuardPage { get; }

    /// <summary>The last bytes before the locked page, and those in front of them, filled with <see cref="Guard"/>.</summary>
    public Span<byte> Take(int lengthBytes)
    {
        new Span<byte>(_start + _lengthBytes - lengthBytes - GuardBytes, lengthBytes + GuardBytes).Fill(Guard);
        return new Span<byte>(_start + _lengthBytes - lengthBytes, lengthBytes);
    }

    /// <summary>The last bytes before the locked page, as a copy of others.</summary>
    public ReadOnlySpan<byte> TakeCopy(ReadOnlySpan<byte> bytes)
    {
        Span<byte> copy = Take(bytes.Length);
        bytes.CopyTo(copy);
        return copy;
    }

    /// <summary>Whether the bytes in front of those taken are as they were.</summary>
    public bool IsWholeBefore(int lengthBytes) => !new Span<byte>(_start + _lengthBytes - lengthBytes - GuardBytes, GuardBytes).ContainsAnyExcept(Guard);

    public void Dispose()
    {
        if (HasGuardPage)
            _ = Protect(_start + _lengthBytes, _guardPageBytes, ProtectReadWrite);
        NativeMemory.AlignedFree(_start);
    }

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(byte* start, nuint lengthBytes, int protection);
}
