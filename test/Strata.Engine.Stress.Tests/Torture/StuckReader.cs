using System.Buffers;
using Strata.Engine.Stress.Torture;

namespace Strata.Engine.Stress.Tests.Torture;

/// <summary>A thread that reads a long value into a writer which does not answer, so that the value stays pinned until this is disposed of.</summary>
internal sealed class StuckReader : IDisposable
{
    private readonly ManualResetEventSlim _isStuck = new();
    private readonly ManualResetEventSlim _mayGoOn = new();
    private readonly Thread _thread;

    public StuckReader(ITortureTarget target, byte[] key)
    {
        _thread = new Thread(() => Read(target, key)) { IsBackground = true };
        _thread.Start();
        _isStuck.Wait();
    }

    public void Dispose()
    {
        _mayGoOn.Set();
        _thread.Join();
        _mayGoOn.Dispose();
        _isStuck.Dispose();
    }

    private void Read(ITortureTarget target, byte[] key)
    {
        try
        {
            target.TryGet(key, new Writer(this), out EntryInfo _);
        }
        catch (ObjectDisposedException)
        {
            // The store went away meanwhile.
        }
    }

    private sealed class Writer(StuckReader reader) : IBufferWriter<byte>
    {
        private readonly byte[] _span = new byte[64];

        public void Advance(int count)
        {
            // Only how long it takes matters.
        }

        public Memory<byte> GetMemory(int sizeHint = 0)
        {
            reader._isStuck.Set();
            reader._mayGoOn.Wait();
            return _span;
        }

        public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
    }
}
