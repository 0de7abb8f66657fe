using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Strata.Payloads.Encryption;

/// <summary>One key of a ring: its bytes, its nonces, and idle AES-GCM instances, each of which may be used by one thread at a time.</summary>
internal sealed class EncryptionKey
{
    public const int NonceBytes = 12;
    public const int TagBytes = 16;

    private const int MinIdle = 8;

    private readonly Lock _gate = new();
    private readonly AesGcm?[] _idle = new AesGcm?[Math.Max(MinIdle, 2 * Environment.ProcessorCount)];

    // Pinned, so that the collector leaves no copies of it behind when it moves things.
    private readonly byte[] _bytes;
    private readonly uint _nonceStart;
    private long _nonceRest;
    private volatile bool _isEnded;

    public EncryptionKey(int id, ReadOnlySpan<byte> key)
    {
        Id = id;
        _bytes = GC.AllocateUninitializedArray<byte>(key.Length, pinned: true);
        key.CopyTo(_bytes);
        Span<byte> start = stackalloc byte[NonceBytes];
        RandomNumberGenerator.Fill(start);
        _nonceStart = BinaryPrimitives.ReadUInt32LittleEndian(start);
        _nonceRest = BinaryPrimitives.ReadInt64LittleEndian(start[sizeof(uint)..]);
        // Says at once if the key or the platform will not do.
        Return(new AesGcm(_bytes, TagBytes));
    }

    public int Id { get; }

    /// <summary>How many instances wait for work; none after the end, once all who were inside have left.</summary>
    public int IdleCount => _idle.Count(aes => aes is not null);

    /// <summary>Encrypts.</summary>
    /// <param name="plain">What is encrypted.</param>
    /// <param name="cipher">Receives as many bytes.</param>
    /// <param name="tag">Receives the tag.</param>
    /// <param name="associated">What the tag covers besides.</param>
    /// <param name="nonce">From <see cref="NextNonce"/>, and used for nothing else.</param>
    /// <returns><c>false</c> when the key has been taken from its ring: nothing was done.</returns>
    public bool TryEncrypt(ReadOnlySpan<byte> plain, Span<byte> cipher, Span<byte> tag, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> nonce)
    {
        if (Rent() is not { } aes)
            return false;
        try
        {
            aes.Encrypt(nonce, plain, cipher, tag, associated);
            return true;
        }
        finally
        {
            Return(aes);
        }
    }

    /// <summary>Decrypts, unless the tag says that something was changed, or the key has been taken from its ring.</summary>
    public bool TryDecrypt(ReadOnlySpan<byte> cipher, Span<byte> plain, ReadOnlySpan<byte> tag, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> nonce)
    {
        if (Rent() is not { } aes)
            return false;
        try
        {
            aes.Decrypt(nonce, cipher, tag, plain, associated);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
        finally
        {
            Return(aes);
        }
    }

    /// <summary>
    /// Writes a nonce that this key has not had: 96 random bits, counted on for each message (the construction of NIST SP 800-38D, 8.2.2). Within a process none comes twice in 2^64 messages; the
    /// runs of two processes of n messages each meet with a chance of 2n / 2^96.
    /// </summary>
    public void NextNonce(Span<byte> nonce)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(nonce, _nonceStart);
        BinaryPrimitives.WriteInt64LittleEndian(nonce[sizeof(uint)..], Interlocked.Increment(ref _nonceRest));
    }

    /// <summary>Wipes the key. Who encrypts or decrypts with it right now finishes, and takes its instance along.</summary>
    public void End()
    {
        lock (_gate)
        {
            _isEnded = true;
            CryptographicOperations.ZeroMemory(_bytes);
        }

        Drain();
    }

    private AesGcm? Rent()
    {
        // Else those at work could hand one instance on among them long after the end.
        if (_isEnded)
            return null;
        int first = (int)((uint)Thread.GetCurrentProcessorId() % (uint)_idle.Length);
        for (int i = 0; i < _idle.Length; i++)
        {
            int at = (first + i) % _idle.Length;
            if (_idle[at] is not null && Interlocked.Exchange(ref _idle[at], null) is { } aes)
                return aes;
        }

        // Under the lock, since a wiped key must not become an instance.
        lock (_gate)
            return _isEnded ? null : new AesGcm(_bytes, TagBytes);
    }

    private void Return(AesGcm aes)
    {
        int first = (int)((uint)Thread.GetCurrentProcessorId() % (uint)_idle.Length);
        for (int i = 0; i < _idle.Length; i++)
        {
            if (Interlocked.CompareExchange(ref _idle[(first + i) % _idle.Length], aes, null) is not null)
                continue;
            // It is put away before this is read, and drained after it is written: one of the two sees the other.
            if (_isEnded)
                Drain();
            return;
        }

        aes.Dispose();
    }

    private void Drain()
    {
        for (int at = 0; at < _idle.Length; at++)
            Interlocked.Exchange(ref _idle[at], null)?.Dispose();
    }
}
