namespace Strata.Files.Device;

/// <summary>Where a store keeps its files: a directory, or a simulation of one. Opening it takes it for this store alone; disposing it lets go.</summary>
/// <remarks>Faults are <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>. Safe for any number of threads.</remarks>
internal interface IStoreDevice : IDisposable
{
    /// <summary>The names of the files that are there.</summary>
    IReadOnlyList<string> List();

    /// <summary>Opens a file that is there.</summary>
    IDeviceFile Open(string name);

    /// <summary>Makes a file of this length, of zeros, for which there is room.</summary>
    IDeviceFile Create(string name, long lengthBytes);

    /// <summary>Removes a file, which is closed.</summary>
    void Delete(string name);
}
