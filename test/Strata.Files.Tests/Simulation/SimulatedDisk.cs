using Strata.Files.Device;
using Strata.TestKit.Bytes;

namespace Strata.Files.Tests.Simulation;

/// <summary>
/// Files in memory that forget on demand what was not flushed. Every write, flush, creation and deletion is one step; the machine fails at a given one, or the call does. The same for the same seed.
/// </summary>
internal sealed class SimulatedDisk(ulong seed)
{
    private readonly Dictionary<string, SimulatedFile> _files = [];
    private SplitMix64 _random = new(seed);
    private SplitMix64 _reads = new(seed);
    private bool _isDown;

    /// <summary>The calls so far.</summary>
    public int Steps { get; private set; }

    /// <summary>The step at which the machine fails: before it is done, or, of a write, when a part of it was handed over.</summary>
    public int CrashAt { get; set; } = int.MaxValue;

    /// <summary>The steps that fail with an error.</summary>
    public HashSet<int> FailAt { get; } = [];

    /// <summary>Whether every step fails with an error.</summary>
    public bool FailsAll { get; set; }

    /// <summary>The flush, counted from one, that fails and leaves nothing of what it had to write.</summary>
    public int RefusedFlush { get; set; }

    public int Flushes { get; private set; }

    /// <summary>The reads that gave less than there was.</summary>
    public int ShortReads { get; private set; }

    /// <summary>The file whose reads fail.</summary>
    public string? UnreadableFile { get; set; }

    /// <summary>The file whose writes and flushes fail.</summary>
    public string? UnwritableFile { get; set; }

    /// <summary>The room for all files.</summary>
    public long CapacityBytes { get; set; } = long.MaxValue;

    public long UsedBytes => _files.Values.Sum(file => (long)file.Cached.Length);

    public long MostBytes { get; private set; }

    public IReadOnlyDictionary<string, SimulatedFile> Files => _files;

    public IStoreDevice Open() => new Device(this);

    /// <summary>Brings the machine back with what was left.</summary>
    public void Restart(CrashKind kind)
    {
        _isDown = false;
        CrashAt = int.MaxValue;
        foreach ((string name, SimulatedFile file) in _files.ToArray())
        {
            if (kind != CrashKind.Kill && !file.IsDurable && _random.Next(2) == 0)
            {
                _files.Remove(name);
                continue;
            }

            Settle(file, kind);
            file.Durable.CopyTo(file.Cached, 0);
            file.IsDurable = true;
        }
    }

    /// <summary>Turns one bit round, in the file and on the device.</summary>
    public void Flip(string name, int offset, int bit)
    {
        _files[name].Cached[offset] ^= (byte)(1 << bit);
        _files[name].Durable[offset] ^= (byte)(1 << bit);
    }

    private void Settle(SimulatedFile file, CrashKind kind)
    {
        int sector = kind == CrashKind.Torn512 ? 512 : 4096;
        foreach ((int offset, int length) in file.Pending)
        {
            for (int at = offset; at < offset + length;)
            {
                int end = Math.Min(offset + length, (at / sector + 1) * sector);
                if (kind == CrashKind.Kill || (kind != CrashKind.LoseAll && _random.Next(2) == 0))
                    file.Cached.AsSpan(at, end - at).CopyTo(file.Durable.AsSpan(at));
                at = end;
            }
        }

        file.Pending.Clear();
    }

    private void Step(SimulatedFile? file = null)
    {
        if (_isDown || Steps + 1 >= CrashAt)
        {
            _isDown = true;
            Steps++;
            throw new SimulatedCrashException();
        }

        if (FailAt.Contains(++Steps) || FailsAll || (file is not null && Is(file, UnwritableFile)))
            throw new IOException($"Step {Steps} fails.");
    }

    private bool Is(SimulatedFile file, string? name) => name is not null && _files.GetValueOrDefault(name) == file;

    private sealed class Device(SimulatedDisk disk) : IStoreDevice
    {
        public IReadOnlyList<string> List() => [.. disk._files.Keys.Order(StringComparer.Ordinal)];

        public IDeviceFile Open(string name) => new File(disk, disk._files[name]);

        public IDeviceFile Create(string name, long lengthBytes)
        {
            disk.Step();
            if (disk.UsedBytes + lengthBytes > disk.CapacityBytes)
                throw new IOException("No space left on device.", 28);
            var file = new SimulatedFile((int)lengthBytes);
            disk._files.Add(name, file);
            disk.MostBytes = Math.Max(disk.MostBytes, disk.UsedBytes);
            return new File(disk, file);
        }

        public void Delete(string name)
        {
            disk.Step();
            disk._files.Remove(name);
        }

        public void Dispose()
        {
        }
    }

    private sealed class File(SimulatedDisk disk, SimulatedFile file) : IDeviceFile
    {
        public long LengthBytes => file.Cached.Length;

        public int ReadSome(Span<byte> destination, long offset)
        {
            if (disk._isDown)
                throw new SimulatedCrashException();
            if (disk.Is(file, disk.UnreadableFile))
                throw new IOException("Reads fail.");
            int length = (int)Math.Clamp(file.Cached.Length - offset, 0, destination.Length);
            // Every third one gives a part only, down to a byte.
            if (length > 1 && disk._reads.Next(3) == 0)
            {
                length = 1 + disk._reads.Next(length - 1);
                disk.ShortReads++;
            }

            file.Cached.AsSpan((int)offset, length).CopyTo(destination);
            return length;
        }

        public void Write(ReadOnlySpan<byte> source, long offset)
        {
            try
            {
                disk.Step(file);
            }
            catch (Exception)
            {
                // A part of it was handed over before.
                source = source[..disk._random.Next(source.Length + 1)];
                Put(source, offset);
                throw;
            }

            Put(source, offset);
        }

        public void Flush()
        {
            try
            {
                disk.Step(file);
            }
            catch (IOException)
            {
                // What could not be written counts as written from now on, as systems have it.
                disk.Settle(file, CrashKind.Torn4096);
                throw;
            }

            if (++disk.Flushes == disk.RefusedFlush)
            {
                disk.Settle(file, CrashKind.LoseAll);
                throw new IOException($"Flush {disk.Flushes} is refused.");
            }

            disk.Settle(file, CrashKind.Kill);
            file.IsDurable = true;
        }

        public void Dispose()
        {
        }

        private void Put(ReadOnlySpan<byte> source, long offset)
        {
            if (source.IsEmpty)
                return;
            source.CopyTo(file.Cached.AsSpan((int)offset));
            file.Pending.Add(((int)offset, source.Length));
        }
    }
}
