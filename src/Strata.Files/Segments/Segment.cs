using Strata.Files.Device;
using Strata.Files.Layout;

namespace Strata.Files.Segments;

/// <summary>One segment file. All but the file, the life and the list of chunks is the gate's.</summary>
internal sealed class Segment(int id, IDeviceFile file)
{
    private SegmentLife? _life;
    private Chunk[] _chunks = [];
    private byte[]? _image;

    public int Id { get; } = id;

    public IDeviceFile File { get; } = file;

    /// <summary>The life whose records are read; <c>null</c> before the first. Any thread reads it, after the index led to the segment.</summary>
    public SegmentLife? Life
    {
        get => Volatile.Read(ref _life);
        set => Volatile.Write(ref _life, value);
    }

    /// <summary>What is in memory, in the order of the file. Replaced as a whole.</summary>
    public Chunk[] Chunks
    {
        get => Volatile.Read(ref _chunks);
        set => Volatile.Write(ref _chunks, value);
    }

    /// <summary>A copy of the file, while its entries are listed; readers use it as they use chunks, and drop it if what it gives does not fit.</summary>
    public byte[]? Image
    {
        get => Volatile.Read(ref _image);
        set => Volatile.Write(ref _image, value);
    }

    public SegmentState State { get; set; } = SegmentState.Found;

    /// <summary>Whether it holds tombstones, clears and rules; otherwise values.</summary>
    public bool IsControl { get; set; }

    /// <summary>The least sequence of its records; the greatest number when it has none.</summary>
    public ulong MinSequence { get; set; } = ulong.MaxValue;

    public ulong MaxSequence { get; set; }

    /// <summary>Where the next record goes.</summary>
    public int EndOffset { get; set; } = SegmentHeader.BlockBytes;

    /// <summary>The end of the records that are durable.</summary>
    public int DurableEnd { get; set; } = SegmentHeader.BlockBytes;

    public long LiveBytes { get; set; }

    public int LiveCount { get; set; }

    /// <summary>Whether its footer is durable.</summary>
    public bool HasFooter { get; set; }

    /// <summary>Whether something was written since it was last flushed.</summary>
    public bool NeedsSync { get; set; }

    /// <summary>Whether its file was just made, of zeros, and no flush of it succeeded yet.</summary>
    public bool IsNew { get; set; }

    /// <summary>Whether its header may be nowhere but in the system's memory: a flush was refused before one succeeded, or a former opening left it without a footer.</summary>
    public bool NeedsHeader { get; set; }

    /// <summary>Whether its values are out of the index while its old header may still be the durable one.</summary>
    public bool IsUnsure { get; set; }

    /// <summary>What it is once the device takes a broken one's bytes again; <see cref="SegmentState.Broken"/> when it stays what it is.</summary>
    public SegmentState Mended { get; set; } = SegmentState.Broken;

    /// <summary>Whether the clear that it became is in its footer only.</summary>
    public bool LacksRecord { get; set; }

    /// <summary>When it was last tried again, in turns; 0 when never.</summary>
    public long MendTurn { get; set; }

    /// <summary>What goes into the footer, until that is durable.</summary>
    public List<FooterEntry> Entries { get; } = [];

    public bool HasRecords => MinSequence != ulong.MaxValue;

    /// <summary>Drops the copy, unless there is another one by now.</summary>
    public void DropImage(byte[] image) => Interlocked.CompareExchange(ref _image, null, image);

    /// <summary>Forgets what it held, for a new life.</summary>
    public void Reset()
    {
        IsControl = false;
        MinSequence = ulong.MaxValue;
        MaxSequence = 0;
        EndOffset = SegmentHeader.BlockBytes;
        DurableEnd = SegmentHeader.BlockBytes;
        LiveBytes = 0;
        LiveCount = 0;
        HasFooter = false;
        NeedsSync = false;
        NeedsHeader = false;
        LacksRecord = false;
        Entries.Clear();
        Chunks = [];
    }
}
