using System.Buffers;
using System.Diagnostics;
using Microsoft.Win32.SafeHandles;
using Strata.Tiers;

namespace Strata.Lab.Subjects;

/// <summary>Reads of single entries of a file tier, and of the same values from one bare file. Every way returns the nanoseconds of a read.</summary>
internal sealed class PointReads : IDisposable
{
    private const int CachedReads = 60_000;
    private const int FreshReads = 2_000;
    private const int WriteBytes = 1 << 20;

    // Of the index's words, so many in a hundred are in use.
    private const int IndexLoad = 85;
    private const ulong IndexWord = 0x5555_5555_5555_5555;

    private readonly FileStore _store;
    private readonly string _path = Path.GetTempFileName();
    private readonly SafeFileHandle _file;
    private readonly int[] _fresh;
    private readonly ulong[] _index;
    private readonly byte[] _key = new byte[FileStore.KeyBytes];
    private readonly byte[] _buffer;
    private readonly ArrayBufferWriter<byte> _writer;
    private int _freshAt;

    public PointReads(byte[][] keys, int valueBytes, int seed)
    {
        EntryCount = keys.Length;
        ValueBytes = valueBytes;
        _buffer = new byte[valueBytes];
        _writer = new ArrayBufferWriter<byte>(valueBytes);
        _index = new ulong[EntryCount * 100L / IndexLoad];
        // Written, since the system backs memory that is only read by one page of zeros.
        _index.AsSpan().Fill(IndexWord);
        var random = new Random(seed);
        Cached = [.. Enumerable.Range(0, CachedReads).Select(_ => random.Next(EntryCount))];
        _fresh = [.. Enumerable.Range(0, EntryCount)];
        random.Shuffle(_fresh);
        _store = new FileStore(EntryCount, valueBytes);
        _store.Fill(keys);
        _store.Flush(toDevice: true);
        _file = File.OpenHandle(_path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read, FileOptions.RandomAccess);
        WriteRaw();
    }

    public int EntryCount { get; }

    public int ValueBytes { get; }

    /// <summary>Entries at random, the same every round.</summary>
    public int[] Cached { get; }

    /// <summary>Entries at random that were not given before, until all were.</summary>
    public ReadOnlySpan<int> NextFresh()
    {
        int count = Math.Min(FreshReads, EntryCount);
        if (_freshAt + count > EntryCount)
            _freshAt = 0;
        return _fresh.AsSpan((_freshAt += count) - count, count);
    }

    /// <summary>Asks the system to forget what it has of the files. False when it cannot be asked.</summary>
    public bool DropFromPageCache() => Directory.EnumerateFiles(_store.Directory, "*.segment").Append(_path).All(PageCache.TryDrop);

    public double Tier(ReadOnlySpan<int> entries)
    {
        int misses = 0;
        long start = Stopwatch.GetTimestamp();
        foreach (int entry in entries)
        {
            FileStore.WriteKey(entry, _key);
            _writer.ResetWrittenCount();
            TierRead read = _store.Tier.GetAsync(_key, _writer).Result;
            // A few in a million keys share their hash with a later one.
            if (read.Status != TierReadStatus.Hit ? ++misses > 2 + entries.Length / 1_000 : BitConverter.ToInt32(_writer.WrittenSpan) != entry)
                throw new InvalidOperationException($"Entry {entry} was not read.");
        }

        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / entries.Length;
    }

    public double Raw(ReadOnlySpan<int> entries)
    {
        long start = Stopwatch.GetTimestamp();
        foreach (int entry in entries)
        {
            FileStore.WriteKey(entry, _key);
            ReadRaw(entry, (long)entry * ValueBytes);
        }

        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / entries.Length;
    }

    /// <summary>A bare read whose place is known after one word of an index.</summary>
    public double Limit(ReadOnlySpan<int> entries)
    {
        long start = Stopwatch.GetTimestamp();
        foreach (int entry in entries)
        {
            FileStore.WriteKey(entry, _key);
            // The words are all the same: what counts is that the place is not known before.
            ulong word = _index[(int)Math.BigMul((ulong)entry * 0x9E37_79B9_7F4A_7C15, (ulong)_index.Length, out _)];
            ReadRaw(entry, (long)(word - IndexWord) + (long)entry * ValueBytes);
        }

        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / entries.Length;
    }

    public void Dispose()
    {
        _store.Dispose();
        _file.Dispose();
        File.Delete(_path);
    }

    private void ReadRaw(int entry, long place)
    {
        if (RandomAccess.Read(_file, _buffer, place) != ValueBytes || BitConverter.ToInt32(_buffer) != entry)
            throw new InvalidOperationException($"Place {entry} was not read.");
    }

    private void WriteRaw()
    {
        int perBlock = Math.Max(1, WriteBytes / ValueBytes);
        byte[] block = new byte[perBlock * ValueBytes];
        new Random(42).NextBytes(block);
        for (int entry = 0; entry < EntryCount; entry += perBlock)
        {
            int count = Math.Min(perBlock, EntryCount - entry);
            for (int i = 0; i < count; i++)
                BitConverter.TryWriteBytes(block.AsSpan(i * ValueBytes), entry + i);
            RandomAccess.Write(_file, block.AsSpan(0, count * ValueBytes), (long)entry * ValueBytes);
        }

        RandomAccess.FlushToDisk(_file);
    }
}
