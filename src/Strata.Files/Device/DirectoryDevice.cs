using Microsoft.Win32.SafeHandles;

namespace Strata.Files.Device;

/// <summary>A directory of the file system, readable by its owner only, with a file in it that is locked while the store is open.</summary>
internal sealed class DirectoryDevice : IStoreDevice
{
    private const string LockName = "strata.lock";

    private const UnixFileMode OwnersFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _path;
    private readonly FileStream _lock;

    /// <param name="path">The directory; made when it is not there.</param>
    /// <param name="isReadOnly">Whether nothing may be made.</param>
    /// <exception cref="FileStoreException">The directory holds something else, is in use, or may not be read or written.</exception>
    public DirectoryDevice(string path, bool isReadOnly = false)
    {
        _path = Path.GetFullPath(path);
        try
        {
            if (isReadOnly && !File.Exists(Path.Combine(_path, StoreFiles.StoreName)))
                throw new FileStoreException(FileStoreFault.NotAStore, $"There is no store in '{_path}'.");
            if (!Directory.Exists(_path))
                Make(_path);
            ThrowIfForeign();
        }
        catch (Exception exception) when (Faults.IsOfDevice(exception))
        {
            throw Denied(exception);
        }

        try
        {
            _lock = Make(LockName, FileMode.OpenOrCreate, lengthBytes: 0);
        }
        catch (Exception exception) when (Faults.IsOfDevice(exception))
        {
            throw !Faults.IsOfSharing(exception) ? Denied(exception) : new FileStoreException(FileStoreFault.InUse, $"The store in '{_path}' is in use: its lock is held by another tier or process. One tier can have a store open at a time.", exception);
        }

        try
        {
            // One that was there may be open to others.
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(_lock.SafeFileHandle, OwnersFile);
        }
        catch (Exception exception) when (Faults.IsOfDevice(exception))
        {
            _lock.Dispose();
            throw Denied(exception);
        }
    }

    public IReadOnlyList<string> List() => [.. Directory.EnumerateFiles(_path).Select(file => Path.GetFileName(file)).Where(StoreFiles.IsOurs)];

    public IDeviceFile Open(string name) => new DeviceFile(File.OpenHandle(Path.Combine(_path, name), FileMode.Open, FileAccess.ReadWrite, FileShare.None, FileOptions.RandomAccess));

    public IDeviceFile Create(string name, long lengthBytes)
    {
        string path = Path.Combine(_path, name);
        Make(name, FileMode.CreateNew, lengthBytes).Dispose();
        SafeFileHandle? handle = null;
        try
        {
            handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, FileOptions.RandomAccess);
            // Where room cannot be taken beforehand, the length alone is set.
            if (RandomAccess.GetLength(handle) < lengthBytes)
                RandomAccess.SetLength(handle, lengthBytes);
            return new DeviceFile(handle);
        }
        catch
        {
            handle?.Dispose();
            File.Delete(path);
            throw;
        }
    }

    public void Delete(string name) => File.Delete(Path.Combine(_path, name));

    public void Dispose() => _lock.Dispose();

    private static void Make(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    // The mode comes with the file: it is never open to others.
    private FileStream Make(string name, FileMode mode, long lengthBytes)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0, PreallocationSize = lengthBytes };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnersFile;
        return new FileStream(Path.Combine(_path, name), options);
    }

    // Nothing is made in a directory that is somebody else's.
    private void ThrowIfForeign()
    {
        if (File.Exists(Path.Combine(_path, StoreFiles.StoreName)))
            return;
        string? other = Directory.EnumerateFileSystemEntries(_path).Select(entry => Path.GetFileName(entry)).FirstOrDefault(name => name != LockName);
        if (other is not null)
            throw new FileStoreException(FileStoreFault.NotAStore, $"The directory '{_path}' holds '{other}' and no store; a new store needs an empty directory. Nothing was written.");
    }

    private FileStoreException Denied(Exception exception) =>
        new(FileStoreFault.NotAccessible, $"The directory '{_path}' cannot be read and written: {exception.Message}", exception);
}
