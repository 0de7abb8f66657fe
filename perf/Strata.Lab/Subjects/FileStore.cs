using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using Strata.Files;
using Strata.Tiers;

namespace Strata.Lab.Subjects;

/// <summary>A file tier in a directory of its own, with numbered entries of one length.</summary>
internal sealed class FileStore : IDisposable
{
    public const int KeyBytes = 12;
    private const int CapacityShare = 4;

    private readonly byte[] _value;
    private readonly FileTierOptions _options;

    public FileStore(int entries, int valueBytes)
    {
        _value = new byte[valueBytes];
        new Random(42).NextBytes(_value);
        // A quarter more room than the entries take, so that nothing is emptied meanwhile.
        long needed = (long)entries * (valueBytes + 128);
        _options = new FileTierOptions { CapacityBytes = Math.Max(1L << 30, needed + needed / CapacityShare), SegmentBytes = 32 << 20, WriteBufferBytes = 64 << 20 };
        Directory = System.IO.Directory.CreateTempSubdirectory("strata-lab-files-").FullName;
        Tier = new FileTier(Directory, _options);
    }

    public string Directory { get; }

    public FileTier Tier { get; private set; }

    public static byte[] Key(int entry)
    {
        byte[] key = new byte[KeyBytes];
        WriteKey(entry, key);
        return key;
    }

    public static void WriteKey(int entry, Span<byte> key) => Utf8Formatter.TryFormat(entry, key, out _, new StandardFormat('D', KeyBytes));

    /// <summary>Writes the entries; where the disk lags behind it waits for it.</summary>
    public void Fill(byte[][] keys)
    {
        for (int entry = 0; entry < keys.Length; entry++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(_value, entry);
            while (Tier.SetAsync(keys[entry], new(_value)).Result != TierWriteStatus.Done)
                Flush(toDevice: false);
        }
    }

    public void Flush(bool toDevice)
    {
        if (!Tier.FlushAsync(toDevice).Result)
            throw new IOException($"The store in {Directory} could not be written.");
    }

    public void Reopen() => Tier = new FileTier(Directory, _options);

    public void Dispose()
    {
        Tier.Dispose();
        System.IO.Directory.Delete(Directory, recursive: true);
    }
}
