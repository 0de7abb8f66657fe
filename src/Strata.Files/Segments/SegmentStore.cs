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

    // Control records that hold in memory and have no room in the log yet.
    private int _waiting;
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
            (_headerFile, _header, bool isOneSlotLost) = OpenHeader();
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
            _mendTried = _opened;
            FindSegments(isOneSlotLost);
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
    private bool IsSure => _recovery is null && _unsure == 0 && _waiting == 0 && !_owesClear;

    /// <summary>Ends the store: everything is written and sealed, and the device is let go.</summary>
    /// <remarks>What a device that failed left owing is paid, as long as the device takes anything: each broken segment is tried once more.</remarks>
    public void Dispose()
    {
        StopWorking();
        lock (_pumpLock)
        {
            lock (_gate)
            {
                if (_isDisposed)
                    return;
                // From here on no call changes anything; what had no room for its record yet never will.
                _isDisposed = true;
                _lastMendTurn = _mendTurn;
                if (_waiting > 0)
                    OweClearUnderGate();
                if (_owesClear && _recovery is not null)
                    EndRecoveryUnderGate();
            }

            try
            {
                bool isOpen;
                do
                {
                    lock (_gate)
                    {
                        for (int slot = 0; slot < _open.Length; slot++)
                            CloseUnderGate(slot);
                    }

                    PumpUnderLock(isFlush: true);
                    // Tombstones of what broke, or the clear, began another one.
                    lock (_gate)
                        isOpen = _open.Any(segment => segment is not null);
                }
                while (isOpen);
            }
            finally
            {
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
}
