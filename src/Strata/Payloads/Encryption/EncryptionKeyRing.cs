using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Strata.Payloads.Encryption;

/// <summary>
/// The AES-GCM keys of payloads that leave the process: several to read with, one of them to write with. Keys come and go while the ring is in use.
/// </summary>
/// <remarks>
/// <para><b>Rotation.</b> <see cref="Add"/> the new key in every process, then <see cref="MakeCurrent"/> in every process, and <see cref="Remove"/> the old one when the entries written with it are
/// gone; what is still there then is a miss.</para>
/// <para><b>How long a key lasts.</b> Each message takes its own 96-bit nonce, counted on from a random start that every process draws for itself. Change a key before 2^40 messages of all processes together,
/// or 2^24 starts of processes, whichever comes first: up to there the chance that any nonce was ever used twice stays below 2^-31.
/// A virtual machine that is resumed twice from one snapshot would count on twice from the same place: give it another key.</para>
/// <para><b>Memory.</b> The ring keeps its own copy of each key and wipes it on <see cref="Remove"/> and <see cref="Dispose"/>; the caller's array stays the caller's.</para>
/// <para>Safe for any number of threads. Encrypting allocates only when more threads than ever do it at once.</para>
/// </remarks>
public sealed class EncryptionKeyRing : IDisposable
{
    /// <summary>The most keys of a ring.</summary>
    public const int MaxKeys = 64;

    private readonly Lock _gate = new();
    private volatile KeySet _keys;

    /// <summary>Makes a ring of one key, which is the current one.</summary>
    /// <param name="id">The key's id. It is written with each payload and is not secret.</param>
    /// <param name="key">The key: 16, 24 or 32 random bytes. A password is not a key.</param>
    /// <exception cref="ArgumentException">The key is not 16, 24 or 32 bytes.</exception>
    /// <exception cref="PlatformNotSupportedException">This platform has no AES-GCM.</exception>
    public EncryptionKeyRing(int id, ReadOnlySpan<byte> key)
    {
        if (!AesGcm.IsSupported)
            throw new PlatformNotSupportedException("This platform has no AES-GCM.");
        EncryptionKey first = Make(id, key);
        _keys = new KeySet([first], first);
    }

    /// <summary>The id of the key that new payloads are encrypted with.</summary>
    /// <exception cref="ObjectDisposedException">The ring was disposed.</exception>
    public int CurrentKeyId => Current.Id;

    /// <summary>The ids of all keys.</summary>
    public ImmutableArray<int> KeyIds => [.. _keys.All.Select(key => key.Id)];

    internal EncryptionKey Current
    {
        get
        {
            EncryptionKey? current = _keys.Current;
            ObjectDisposedException.ThrowIf(current is null, this);
            return current;
        }
    }

    /// <summary>Adds a key to read with.</summary>
    /// <param name="id">Its id, which no other key of this ring has; one that was removed must not be used for another key as long as payloads of the old one exist.</param>
    /// <param name="key">The key: 16, 24 or 32 random bytes.</param>
    /// <exception cref="ArgumentException">The key is not 16, 24 or 32 bytes, or there is a key of this id.</exception>
    /// <exception cref="InvalidOperationException">The ring has <see cref="MaxKeys"/> keys.</exception>
    /// <exception cref="ObjectDisposedException">The ring was disposed.</exception>
    public void Add(int id, ReadOnlySpan<byte> key)
    {
        lock (_gate)
        {
            EncryptionKey current = Current;
            if (Find(id) is not null)
                throw new ArgumentException($"The ring has a key of the id {id}; another key needs another id.", nameof(id));
            if (_keys.All.Length == MaxKeys)
                throw new InvalidOperationException($"The ring has {MaxKeys} keys, which is the most; remove one first.");
            _keys = new KeySet(_keys.All.Add(Make(id, key)), current);
        }
    }

    /// <summary>Has payloads that are written from now on encrypted with another key of the ring.</summary>
    /// <param name="id">The key's id.</param>
    /// <exception cref="ArgumentException">There is no key of this id.</exception>
    /// <exception cref="ObjectDisposedException">The ring was disposed.</exception>
    public void MakeCurrent(int id)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_keys.Current is null, this);
            _keys = _keys with { Current = Find(id) ?? throw new ArgumentException($"The ring has no key of the id {id}; add it first.", nameof(id)) };
        }
    }

    /// <summary>Takes a key away and wipes it. Payloads encrypted with it can no longer be read.</summary>
    /// <param name="id">The key's id.</param>
    /// <returns><c>false</c> when there is no such key.</returns>
    /// <exception cref="ArgumentException">It is the current key.</exception>
    /// <exception cref="ObjectDisposedException">The ring was disposed.</exception>
    public bool Remove(int id)
    {
        EncryptionKey? key;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_keys.Current is null, this);
            key = Find(id);
            if (key is null)
                return false;
            if (key == _keys.Current)
                throw new ArgumentException($"The key of the id {id} is the current one; make another one current first.", nameof(id));
            _keys = _keys with { All = _keys.All.Remove(key) };
        }

        key.End();
        return true;
    }

    /// <summary>Wipes all keys. Writes through the ring throw from now on, and what was encrypted is a miss.</summary>
    public void Dispose()
    {
        KeySet keys;
        lock (_gate)
        {
            keys = _keys;
            _keys = new KeySet([], null);
        }

        foreach (EncryptionKey key in keys.All)
            key.End();
    }

    internal EncryptionKey? Find(int id)
    {
        foreach (EncryptionKey key in _keys.All)
        {
            if (key.Id == id)
                return key;
        }

        return null;
    }

    private static EncryptionKey Make(int id, ReadOnlySpan<byte> key)
    {
        if (key.Length is not (16 or 24 or 32))
            throw new ArgumentException($"The key has {key.Length} bytes; an AES key has 16, 24 or 32.", nameof(key));
        return new EncryptionKey(id, key);
    }

    /// <summary>The keys at one moment, replaced as a whole; without a current one after the end.</summary>
    private sealed record KeySet(ImmutableArray<EncryptionKey> All, EncryptionKey? Current);
}
