using Strata.Engine.Layout;

namespace Strata.Engine.Memory;

/// <content>
/// The quarantine: pages that were reclaimed while a reader had them pinned, in the order in which they came. They count as used. Leases pin no more than
/// <see cref="LeasePageLimit"/> pages, so it is bounded, whatever the hand comes to.
/// </content>
internal sealed unsafe partial class PagePool
{
    /// <summary>Quarantined chains that are looked at while the pool's lock is held, each of which costs a walk over the hazard words.</summary>
    private const int SweepStep = 4;

    private int _quarantineFirst;
    private int _quarantineLast;
    private int _quarantinedChains;
    private int _quarantineCount;

    public int QuarantinedPages => Volatile.Read(ref _quarantineCount);

    /// <summary>Frees the quarantined pages whose pins are gone. False when there are none.</summary>
    public bool Sweep()
    {
        bool isAnyFree = false;
        // As many as there are now: what is still pinned goes to the end and comes round again.
        for (int left = Volatile.Read(ref _quarantinedChains); left > 0; left -= SweepStep)
        {
            using (_gate.EnterSteadily())
                isAnyFree |= SweepUnderGate(Math.Min(SweepStep, left));
        }

        return isAnyFree;
    }

    // The links of a quarantined chain stay as they are, since its reader follows them; the quarantine itself is linked by Previous.
    private void Quarantine(int first)
    {
        for (int page = first; page != 0; page = Infos[page].Next)
        {
            Infos[page].Kind = PageKind.Quarantined;
            _quarantineCount++;
        }

        EnqueueUnderGate(first);
    }

    private bool SweepUnderGate(int chains)
    {
        bool isAnyFree = false;
        for (int left = Math.Min(chains, _quarantinedChains); left > 0; left--)
        {
            int first = DequeueUnderGate();
            if (HazardTable.IsPinned(AddressOf(first)))
            {
                EnqueueUnderGate(first);
                continue;
            }

            for (int page = first; page != 0; page = Infos[page].Next)
                _quarantineCount--;
            Free(first);
            isAnyFree = true;
        }

        return isAnyFree;
    }

    private void EnqueueUnderGate(int first)
    {
        Infos[first].Previous = PageInfo.None;
        if (_quarantinedChains++ == 0)
            _quarantineFirst = first;
        else
            Infos[_quarantineLast].Previous = first;
        _quarantineLast = first;
    }

    private int DequeueUnderGate()
    {
        int first = _quarantineFirst;
        _quarantineFirst = Infos[first].Previous;
        _quarantinedChains--;
        return first;
    }
}
