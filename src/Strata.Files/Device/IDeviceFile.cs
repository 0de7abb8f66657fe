namespace Strata.Files.Device;

/// <summary>One file of a store.</summary>
internal interface IDeviceFile : IDisposable
{
    long LengthBytes { get; }

    /// <summary>Reads at an offset. Less than asked for at the end of the file only.</summary>
    int Read(Span<byte> destination, long offset)
    {
        int read = 0;
        for (int some = 1; some > 0 && read < destination.Length; read += some)
            some = ReadSome(destination[read..], offset + read);
        return read;
    }

    /// <summary>Reads what the system gives in one go, which may be less than there is; nothing at the end of the file only.</summary>
    int ReadSome(Span<byte> destination, long offset);

    /// <summary>Hands bytes to the system, which may write them at any time and in any order until they are flushed.</summary>
    void Write(ReadOnlySpan<byte> source, long offset);

    /// <summary>Returns when all that was written is durable. After a failure nobody knows what is.</summary>
    void Flush();
}
