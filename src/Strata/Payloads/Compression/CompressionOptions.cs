using System.Collections.Immutable;

namespace Strata.Payloads.Compression;

/// <summary>Which payloads are compressed, and how much is believed of what is read. Checked when it is given to a <see cref="CompressionFormat"/> or a tier.</summary>
public sealed record CompressionOptions
{
    /// <summary>Compresses what is written. Default: LZ4.</summary>
    public IPayloadCompressor Compressor { get; init; } = Lz4Compressor.Instance;

    /// <summary>Further compressors whose payloads are read: those of former settings, or of other programs. LZ4 and <see cref="Compressor"/> are always read. Default: none.</summary>
    public ImmutableArray<IPayloadCompressor> AlsoReads
    {
        get => field.IsDefault ? [] : field;
        init;
    }

    /// <summary>Payloads that are shorter are kept as they are, in bytes. Default 1024: below it text saves a third at most, and the work is for nothing. 1 to <see cref="MaxDecompressedBytes"/>.</summary>
    public int ThresholdBytes { get; init; } = 1024;

    /// <summary>Payloads that compression does not shorten by so many percent are kept as they are, so that reading them costs nothing more. Default 12; 1 to 99.</summary>
    public int MinSavingPercent { get; init; } = 12;

    /// <summary>The longest payload that is compressed, and the most that a compressed one may claim to be, in bytes. Default 64 MiB; up to about 2 GiB.</summary>
    public int MaxDecompressedBytes { get; init; } = 64 << 20;

    /// <summary>Checks every setting, and returns the compressors by their ids.</summary>
    /// <exception cref="ArgumentException">A setting is outside its bounds or contradicts another one; the message names what, and the bounds.</exception>
    internal IPayloadCompressor?[] ToTable()
    {
        ThrowIfOutside(MaxDecompressedBytes, 1, Array.MaxLength, nameof(MaxDecompressedBytes), "bytes");
        ThrowIfOutside(MinSavingPercent, 1, 99, nameof(MinSavingPercent), "percent");
        ThrowIfOutside(ThresholdBytes, 1, Array.MaxLength, nameof(ThresholdBytes), "bytes");
        if (ThresholdBytes > MaxDecompressedBytes)
            throw new ArgumentException($"{nameof(ThresholdBytes)} is {ThresholdBytes} and {nameof(MaxDecompressedBytes)} is {MaxDecompressedBytes}: nothing would ever be compressed. The first is at most the second.", nameof(ThresholdBytes));
        if (Compressor is null)
            throw new ArgumentNullException(nameof(Compressor), $"{nameof(Compressor)} is null; to compress nothing, give no {nameof(CompressionOptions)}.");
        var table = new IPayloadCompressor?[byte.MaxValue + 1];
        table[Lz4Compressor.Instance.Id] = Lz4Compressor.Instance;
        Add(table, Compressor, nameof(Compressor));
        foreach (IPayloadCompressor compressor in AlsoReads)
            Add(table, compressor, nameof(AlsoReads));
        return table;
    }

    private static void Add(IPayloadCompressor?[] table, IPayloadCompressor compressor, string name)
    {
        ArgumentNullException.ThrowIfNull(compressor, name);
        byte id = compressor.Id;
        if (id == 0)
            throw new ArgumentException($"{name}: {compressor.Name} has the id 0; ids are 1 to 255.", name);
        if (compressor.MaxExpansion < 1)
            throw new ArgumentException($"{name}: {compressor.Name} has a {nameof(IPayloadCompressor.MaxExpansion)} of {compressor.MaxExpansion}; it is at least 1.", name);
        if (table[id] is { } other && !ReferenceEquals(other, compressor))
            throw new ArgumentException($"{name}: {compressor.Name} and {other.Name} both have the id {id}; a payload could be either's.", name);
        table[id] = compressor;
    }

    private static void ThrowIfOutside(int value, int least, int most, string name, string unit)
    {
        if (value < least || value > most)
            throw new ArgumentOutOfRangeException(name, value, $"{name} is {value} {unit}; it must be {least} to {most} {unit}.");
    }
}
