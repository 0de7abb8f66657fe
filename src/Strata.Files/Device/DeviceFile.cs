using Microsoft.Win32.SafeHandles;

namespace Strata.Files.Device;

/// <summary>A file of the file system.</summary>
internal sealed class DeviceFile(SafeFileHandle handle) : IDeviceFile
{
    public long LengthBytes => RandomAccess.GetLength(handle);

    public int ReadSome(Span<byte> destination, long offset) => RandomAccess.Read(handle, destination, offset);

    public void Write(ReadOnlySpan<byte> source, long offset) => RandomAccess.Write(handle, source, offset);

    public void Flush() => RandomAccess.FlushToDisk(handle);

    public void Dispose() => handle.Dispose();
}
