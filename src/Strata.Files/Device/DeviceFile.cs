using Microsoft.Win32.SafeHandles;

namespace Strata.Files.Device;

/// <summary>A file of the file system.</summary>
internal sealed class DeviceFile(SafeFileHandle handle) : IDeviceFile
{
    public long LengthBytes => RandomAccess.GetLength(handle);

    public int Read(Span<byte> destination, long offset)
    {
        // The system may give less than there is.
        int read = RandomAccess.Read(handle, destination, offset);
        for (int more = read; more > 0 && read < destination.Length; read += more)
            more = RandomAccess.Read(handle, destination[read..], offset + read);
        return read;
    }

    public void Write(ReadOnlySpan<byte> source, long offset) => RandomAccess.Write(handle, source, offset);

    public void Flush() => RandomAccess.FlushToDisk(handle);

    public void Dispose() => handle.Dispose();
}
