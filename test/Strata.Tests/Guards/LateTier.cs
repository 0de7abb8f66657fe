using System.Buffers;
using System.Collections.Concurrent;
using Strata.Entries;
using Strata.Tiers;

namespace Strata.Tests.Guards;

/// <summary>A tier that ends its calls when it is told to, whatever their tokens say, and works with what it was given to the very end.</summary>
internal sealed class LateTier : ICacheTier
{
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Name => "late";

    public TierTraits Traits => TierTraits.Shared;

    /// <summary>What it reads is this.</summary>
    public byte[] Value { get; } = [1, 2, 3, 4];

    /// <summary>Keys and values that it was given, as they were at the end.</summary>
    public ConcurrentQueue<(byte[] Key, byte[] Value)> Written { get; } = [];

    public int Calls { get; private set; }

    public List<CancellationToken> Tokens { get; } = [];

    public void End() => _end.SetResult();

    public async ValueTask<TierRead> GetAsync(ReadOnlyMemory<byte> key, IBufferWriter<byte> destination, CancellationToken cancellationToken = default)
    {
        Begin(cancellationToken);
        Memory<byte> room = destination.GetMemory(Value.Length);
        await _end.Task;
        Value.CopyTo(room);
        destination.Advance(Value.Length);
        return TierRead.Hit(Value.Length, Timeout.InfiniteTimeSpan);
    }

    public async ValueTask<TierWriteStatus> SetAsync(ReadOnlyMemory<byte> key, ReadOnlySequence<byte> value, EntryOptions options = default, CancellationToken cancellationToken = default)
    {
        Begin(cancellationToken);
        await _end.Task;
        Written.Enqueue((key.ToArray(), value.ToArray()));
        return TierWriteStatus.Done;
    }

    public async ValueTask<TierWriteStatus> RemoveAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken = default)
    {
        Begin(cancellationToken);
        await _end.Task;
        Written.Enqueue((key.ToArray(), []));
        return TierWriteStatus.Done;
    }

    public async ValueTask<TierWriteStatus> ClearAsync(CancellationToken cancellationToken = default)
    {
        Begin(cancellationToken);
        await _end.Task;
        return TierWriteStatus.Done;
    }

    private void Begin(CancellationToken cancellationToken)
    {
        Calls++;
        Tokens.Add(cancellationToken);
    }
}
