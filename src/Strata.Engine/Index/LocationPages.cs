using System.Runtime.InteropServices;

namespace Strata.Engine.Index;

/// <summary>The native pages of a <see cref="LocationTable"/>: 32 words each, taken from the system 64 at a time. Pages given back serve the next that is asked for; memory goes back to the system at the end only.</summary>
internal sealed unsafe class LocationPages
{
    public const int SlotsPerPage = 32;
    private const int PageBytes = SlotsPerPage * sizeof(ulong);
    private const int PagesPerBlock = 64;
    private const int LineBytes = 64;
    private const int FirstBlocks = 8;

    private readonly Lock _gate = new();
    private readonly Stack<int> _free = new();
    private nint[] _blocks = [];
    private int _blockCount;
    private int _pageCount;

    public int PageCount => Volatile.Read(ref _pageCount);

    public long MemoryBytes => (long)Volatile.Read(ref _blockCount) * PagesPerBlock * PageBytes + Volatile.Read(ref _blocks).Length * sizeof(ulong);

    /// <summary>The words of a page that was taken. Valid until it is given back or all are freed, which the holder of its partition's lock prevents.</summary>
    public ulong* At(int page) => (ulong*)(Volatile.Read(ref _blocks)[page / PagesPerBlock] + page % PagesPerBlock * PageBytes);

    public void Clear(int page) => new Span<ulong>(At(page), SlotsPerPage).Clear();

    /// <exception cref="OutOfMemoryException">The system has no memory.</exception>
    public int Take()
    {
        lock (_gate)
        {
            if (_free.TryPop(out int page))
                return page;
            if (_pageCount == _blockCount * PagesPerBlock)
                AddBlock();
            return _pageCount++;
        }
    }

    private void AddBlock()
    {
        nint block = (nint)NativeMemory.AlignedAlloc(PagesPerBlock * PageBytes, LineBytes);
        if (_blockCount == _blocks.Length)
        {
            // Readers of other pages go on with the former list, whose blocks are the same.
            nint[] more = new nint[Math.Max(FirstBlocks, 2 * _blocks.Length)];
            _blocks.CopyTo(more, 0);
            Volatile.Write(ref _blocks, more);
        }

        _blocks[_blockCount++] = block;
    }

    public void Return(int page)
    {
        lock (_gate)
            _free.Push(page);
    }

    /// <summary>Frees everything. The caller has made sure that nobody reads.</summary>
    public void Free()
    {
        foreach (nint block in _blocks)
            NativeMemory.AlignedFree((void*)block);
        _blocks = [];
        _blockCount = 0;
    }
}
