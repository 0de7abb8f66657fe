using System.Buffers;
using Strata.Payloads;

namespace Strata.Guards;

/// <summary>
/// What one guarded call works on: copies of all that its caller gave, and a buffer for what it reads. Whoever gives the call up leaves all of it to the tier and the garbage collector; only what a call that has
/// ended worked on is used again.
/// </summary>
internal sealed class GuardedCall
{
    private const int FirstKeyBytes = 256;

    [ThreadStatic]
    private static GuardedCall? t_kept;

    private byte[] _key = new byte[FirstKeyBytes];
    private CancellationTokenSource _cancellation = new();
    private CancellationTokenRegistration _linked;

    private GuardedCall()
    {
    }

    /// <summary>Receives what is read, or holds what is written.</summary>
    public PayloadBuffer Buffer { get; private set; } = null!;

    /// <summary>Cancelled with the caller's token, and when the call is given up.</summary>
    public CancellationToken Token => _cancellation.Token;

    /// <summary>Takes the thread's call, or makes one.</summary>
    public static GuardedCall Rent(CancellationToken cancellationToken)
    {
        GuardedCall call = t_kept ?? new GuardedCall();
        t_kept = null;
        call.Buffer = PayloadBuffer.Rent();
        if (cancellationToken.CanBeCanceled)
            call._linked = cancellationToken.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), call._cancellation);
        return call;
    }

    public ReadOnlyMemory<byte> Copy(ReadOnlyMemory<byte> key)
    {
        if (key.Length > _key.Length)
            _key = new byte[CacheKey.MaxBytes];
        key.CopyTo(_key);
        return _key.AsMemory(0, key.Length);
    }

    public ReadOnlySequence<byte> Copy(in ReadOnlySequence<byte> value)
    {
        Write(value);
        return Buffer.WrittenSequence;
    }

    public void Write(in ReadOnlySequence<byte> value)
    {
        foreach (ReadOnlyMemory<byte> piece in value)
            Buffer.Write(piece.Span);
    }

    /// <summary>Ends the use of a call that has ended.</summary>
    public void Return()
    {
        Unlink();
        Buffer.Return();
        if (!_cancellation.TryReset())
        {
            _cancellation.Dispose();
            _cancellation = new();
        }

        t_kept ??= this;
    }

    /// <summary>Gives a call up that may be under way for ever. What its token has others do is not done on this thread.</summary>
    public void Abandon()
    {
        Unlink();
        _ = _cancellation.CancelAsync();
    }

    private void Unlink()
    {
        _linked.Dispose();
        _linked = default;
    }
}
