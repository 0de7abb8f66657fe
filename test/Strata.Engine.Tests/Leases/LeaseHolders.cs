using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests.Leases;

/// <summary>
/// Leases taken by as many threads as it takes for all of them to be no copies, as far as words go. The threads live until this is disposed: one that ends leaves
/// its words to another.
/// </summary>
internal sealed class LeaseHolders(ByteStore store) : IDisposable
{
    private const int LeasesOfAThread = 6;

    private readonly ManualResetEventSlim _over = new();
    private readonly List<Thread> _threads = [];

    public List<ValueLease> Leases { get; } = [];

    public int PinnedCount => Leases.Count(lease => !lease.IsCopy);

    /// <summary>Leases those of the keys that are there.</summary>
    public void Take(IEnumerable<int> keys)
    {
        foreach (int[] some in keys.Chunk(LeasesOfAThread))
        {
            using var isDone = new ManualResetEventSlim();
            var thread = new Thread(() =>
            {
                foreach (int key in some)
                {
                    if (store.TryLease(TestBytes.Key(key, 8), out ValueLease lease) == ReadOutcome.Hit)
                        Leases.Add(lease);
                }

                isDone.Set();
                _over.Wait();
            }) { IsBackground = true };
            thread.Start();
            Assert.True(isDone.Wait(TimeSpan.FromMinutes(1)), "A thread did not get its leases.");
            _threads.Add(thread);
        }
    }

    public void Release()
    {
        foreach (ValueLease lease in Leases)
            lease.Dispose();
    }

    public void Dispose()
    {
        Release();
        _over.Set();
        foreach (Thread thread in _threads)
            thread.Join();
        _over.Dispose();
    }
}
