using System.Numerics;
using System.Security.Cryptography;
using Strata.Engine.Index;
using Strata.Files.Device;
using Strata.Files.Layout;

namespace Strata.Files.Segments;

/// <summary>
/// The log of segments under a <see cref="FileTier"/>, and its index. Writers append to chunks in memory; <see cref="Pump"/> hands them to the device, seals full segments, and keeps free ones ready; readers look into
/// chunks or files and believe what bears the checksum of its place.
/// </summary>
/// <remarks>Locks, in their order: the pump's, the control log's, the gate. None is held while another thread's work is waited for; the device is never called under the gate. See <c>DESIGN.md</c>.</remarks>
internal sealed partial class SegmentStore : IDisposable
{
    /// <summary>Segments that wait to be written, where there are enough: one is for tombstones only, one for values, and one for whichever is next.</summary>
    private const int FreeWanted = 3;
    private const int SegmentsForFreeWanted = 6;
    private const int MaxChunkBytes = 1 << 20;

    /// <summary>Sequences of one opening differ from those of all others in the bits above.</summary>
    private const int SequenceBits = 40;

    private readonly IStoreDevice _device;
    private readonly FileTierOptions _options;
    private readonly StoreHeader _header;
    private readonly IDeviceFile _headerFile;
    private readonly StoreKey _key;
    private readonly LocationFormat _format;
    private readonly LocationTable _table;
    private readonly StoreClock _clock;
    private readonly RuleSet _rules;
    private readonly StoreCounters _counters = new();
    private readonly Lock _gate = new();
    private readonly int _segmentBytes;
    private readonly int _maxSegments;
    private readonly int _freeTarget;
    private readonly int _chunkBytes;
    private readonly ulong _firstSequence;
    private readonly long _opened;

    // By id; read without the gate, replaced as a whole.
    private Segment?[] _segments = [];

    // The gate's.
    private readonly Stack<Segment> _free = new();
    private readonly Segment?[] _open;
    private readonly List<Segment> _active = [];
    private readonly Stack<byte[]> _chunkPool = new();
    private ulong _sequence;
    private ulong _incarnation;
    private long _pendingBytes;
    private int _unsure;
    private bool _isDisposed;
    private bool _isFull;
    private bool _isStopping;

    // Written under the gate, read anywhere.
    private ulong _clearSequence;
    private ulong _staleSequence;

    // The gate's: a clear that is on disk for good.
    private ulong _durableClear;
    private bool _owesClear;

    /// <summary>Opens the store on a device, which is the store's from now on, also when this fails.</summary>
    /// <param name="device">The device.</param>
    /// <param name="options">Checked settings.</param>
    /// <exception cref="FileStoreException">The store cannot be opened; the message says why.</exception>
    public SegmentStore(IStoreDevice device, FileTierOptions options)
    {
        _device = device;
        _options = options;
        try
        {
            _opened = options.TimeProvider.GetTimestamp();
            _clock = new StoreClock(options.TimeProvider);
            (_headerFile, _header) = OpenHeader();
            _key = new StoreKey(_header.Secret);
            _rules = new RuleSet(_key);
            _segmentBytes = _header.SegmentBytes;
            _maxSegments = (int)Math.Min((options.CapacityBytes - StoreHeader.FileBytes) / _segmentBytes, 1 << _header.SegmentBits);
            _freeTarget = _maxSegments >= SegmentsForFreeWanted ? FreeWanted : FreeWanted - 1;
            _chunkBytes = Math.Min(MaxChunkBytes, _segmentBytes / 4);
            _format = new LocationFormat(_segmentBytes, _header.SegmentBits);
            _table = new LocationTable(_format.Bits, _header.PartitionBits);
            _open = new Segment?[1 + TtlClasses.CountFor(_maxSegments, options.HasTtlClasses)];
            _firstSequence = _header.OpenCount << SequenceBits;
            _sequence = _firstSequence;
            FindSegments();
            _counters.OpenTime = options.TimeProvider.GetElapsedTime(_opened);
            if (options.WorksInBackground)
                StartWorking();
        }
        catch (Exception exception)
        {
            Close();
            if (Faults.IsOfDevice(exception))
                throw Refusal(exception);
            throw;
        }
    }

    public StoreKey Key => _key;

    public long NowMs => _clock.NowMs;

    public int MaxValueBytes => Math.Min(_options.MaxValueBytes, _segmentBytes / 4);

    /// <summary>Whether the index tells all there is on disk: what it does not have is nowhere. While not, a removal always leaves a tombstone.</summary>
    private bool IsSure => _recovery is null && _unsure == 0 && !_owesClear;

    /// <summary>Ends the store: everything is written and sealed, and the device is let go.</summary>
    public void Dispose()
    {
        StopWorking();
        lock (_pumpLock)
        {
            lock (_gate)
            {
                if (_isDisposed)
                    return;
                for (int slot = 0; slot < _open.Length; slot++)
                    CloseUnderGate(slot);
            }

            try
            {
                PumpUnderLock(isFlush: true);
            }
            finally
            {
                lock (_gate)
                    _isDisposed = true;
                Close();
            }
        }
    }

    private void Close()
    {
        _table?.Dispose();
        foreach (Segment? segment in _segments)
            segment?.File.Dispose();
        _headerFile?.Dispose();
        _device.Dispose();
    }

    private void ThrowIfDisposedUnderGate() => ObjectDisposedException.ThrowIf(_isDisposed, typeof(FileTier));

    private (IDeviceFile File, StoreHeader Header) OpenHeader()
    {
        IReadOnlyList<string> names = _device.List();
        StoreHeader header;
        IDeviceFile file;
        bool isOneSlotLost = false;
        byte[] slots = new byte[StoreHeader.FileBytes];
        if (names.Contains(StoreFiles.StoreName))
        {
            file = _device.Open(StoreFiles.StoreName);
            try
            {
                int read = file.Read(slots, 0);
                StoreHeader? first = StoreHeader.Read(slots.AsSpan(0, Math.Min(read, StoreHeader.SlotBytes)), out uint version);
                StoreHeader? second = StoreHeader.Read(slots.AsSpan(StoreHeader.SlotBytes, Math.Max(0, read - StoreHeader.SlotBytes)), out uint otherVersion);
                StoreHeader? found = first is null || second?.OpenCount > first.OpenCount ? second : first;
                version = version is 0 or StoreHeader.Version ? otherVersion : version;
                if (version is not 0 and not StoreHeader.Version)
                    throw new FileStoreException(FileStoreFault.UnknownVersion, $"The store has format version {version}; this version of Strata.Files reads {StoreHeader.Version}. Nothing was overwritten.");
                if (found is null && names.Any(name => name != StoreFiles.StoreName))
                    throw new FileStoreException(FileStoreFault.Damaged, $"The file '{StoreFiles.StoreName}' is damaged, and without it the segments beside it cannot be read. Delete the directory to begin anew; nothing was overwritten.");
                int torn = slots.AsSpan().CommonPrefixLength("STRATST1"u8);
                if (found is null && torn < sizeof(ulong) && slots.AsSpan(torn).ContainsAnyExcept((byte)0))
                    throw new FileStoreException(FileStoreFault.NotAStore, $"The file '{StoreFiles.StoreName}' is no store's. Nothing was overwritten.");
                // With neither slot nor segment it was being made when the process ended.
                header = found is null ? NewHeader() : found with { OpenCount = found.OpenCount + 1 };
                long least = (long)FileTierOptions.LeastSegments * header.SegmentBytes + StoreHeader.FileBytes;
                if (_options.CapacityBytes < least)
                    throw new ArgumentOutOfRangeException(nameof(_options.CapacityBytes), _options.CapacityBytes, $"{nameof(_options.CapacityBytes)} is {_options.CapacityBytes} bytes; this store has segments of {header.SegmentBytes} bytes and takes at least {least} bytes. Nothing was changed.");
                // The slot that is lost may have been the later one.
                isOneSlotLost = first is null || second is null;
                if (found is not null && isOneSlotLost)
                    header = header with { OpenCount = header.OpenCount + 1 };
            }
            catch
            {
                file.Dispose();
                throw;
            }
        }
        else
        {
            if (names.Count > 0)
                throw new FileStoreException(FileStoreFault.Damaged, $"There are segments, but the file '{StoreFiles.StoreName}' is missing. Delete the directory to begin anew; nothing was overwritten.");
            file = _device.Create(StoreFiles.StoreName, StoreHeader.FileBytes);
            header = NewHeader();
            isOneSlotLost = true;
        }

        byte[] slot = new byte[StoreHeader.SlotBytes];
        header.Write(slot);
        file.Write(slot, header.SlotOffset);
        file.Flush();
        if (isOneSlotLost)
        {
            file.Write(slot, StoreHeader.SlotBytes - header.SlotOffset);
            file.Flush();
        }

        return (file, header);
    }

    private StoreHeader NewHeader()
    {
        // A few thousand entries of a KiB each are a good partition.
        int partitionBits = Math.Clamp(BitOperations.Log2(Math.Max(1, (ulong)_options.CapacityBytes >> 22)), 0, LocationTable.MaxPartitionBits);
        // Room to grow to four times the capacity it begins with, or to 256 segments.
        int segmentBits = Math.Clamp(BitOperations.Log2((ulong)(_options.CapacityBytes / _options.SegmentBytes)) + 3, LocationFormat.MinSegmentBits, LocationFormat.MaxSegmentBits);
        byte[] id = RandomNumberGenerator.GetBytes(16);
        return new StoreHeader(System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(id), RandomNumberGenerator.GetBytes(StoreKey.SecretBytes), _options.SegmentBytes, partitionBits, segmentBits, OpenCount: 1);
    }

    private static FileStoreException Refusal(Exception exception)
    {
        const int NoSpaceOnUnix = 28;
        bool isNoSpace = (exception.HResult & 0xFFFF) is NoSpaceOnUnix or 0x70 or 0x27;
        return isNoSpace
            ? new FileStoreException(FileStoreFault.NoSpace, "There is no room on the device for the store.", exception)
            : new FileStoreException(FileStoreFault.NotAccessible, $"A file of the store cannot be read or written: {exception.Message}", exception);
    }
}
