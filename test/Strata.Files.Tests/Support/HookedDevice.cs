using Strata.Files.Device;

namespace Strata.Files.Tests.Support;

/// <summary>A device that calls back once, before or after the next read of a file or before its next flush, and counts or refuses writes. A file that was closed throws as a closed handle does.</summary>
internal sealed class HookedDevice(IStoreDevice inner) : IStoreDevice
{
    public Action? AfterRead { get; set; }

    public Action? BeforeRead { get; set; }

    public Action? BeforeFlush { get; set; }

    public int Writes { get; private set; }

    /// <summary>Whether nothing can be written, as on a disk that was made read only.</summary>
    public bool RefusesWrites { get; set; }

    public IReadOnlyList<string> List() => inner.List();

    public IDeviceFile Open(string name) => new Hooked(this, inner.Open(name));

    public IDeviceFile Create(string name, long lengthBytes)
    {
        ThrowIfRefused();
        return new Hooked(this, inner.Create(name, lengthBytes));
    }

    public void Delete(string name) => inner.Delete(name);

    public void Dispose() => inner.Dispose();

    private void ThrowIfRefused()
    {
        if (RefusesWrites)
            throw new IOException("Nothing can be written.");
    }

    private sealed class Hooked(HookedDevice device, IDeviceFile file) : IDeviceFile
    {
        private bool _isDisposed;

        public long LengthBytes => file.LengthBytes;

        public int ReadSome(Span<byte> destination, long offset)
        {
            (Action? before, device.BeforeRead) = (device.BeforeRead, null);
            before?.Invoke();
            // As a closed handle has it.
            ObjectDisposedException.ThrowIf(_isDisposed, file);
            int read = file.ReadSome(destination, offset);
            (Action? after, device.AfterRead) = (device.AfterRead, null);
            after?.Invoke();
            return read;
        }

        public void Write(ReadOnlySpan<byte> source, long offset)
        {
            device.ThrowIfRefused();
            file.Write(source, offset);
            device.Writes++;
        }

        public void Flush()
        {
            (Action? before, device.BeforeFlush) = (device.BeforeFlush, null);
            before?.Invoke();
            device.ThrowIfRefused();
            file.Flush();
        }

        public void Dispose()
        {
            _isDisposed = true;
            file.Dispose();
        }
    }
}
