namespace Strata.Files;

/// <summary>Why a store cannot be opened. The message names the directory or file and what is wrong with it; nothing was overwritten.</summary>
/// <param name="fault">What is wrong.</param>
/// <param name="message">What is said of it.</param>
/// <param name="innerException">What the system said.</param>
public sealed class FileStoreException(FileStoreFault fault, string message, Exception? innerException = null) : IOException(message, innerException)
{
    /// <summary>What is wrong.</summary>
    public FileStoreFault Fault { get; } = fault;
}
