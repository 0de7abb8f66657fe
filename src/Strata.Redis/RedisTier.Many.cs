using System.Buffers;
using StackExchange.Redis;
using Strata.Tiers;

namespace Strata.Redis;

/// <content>Many keys: a window of commands is sent before the first answer is waited for. Each goes to the server that has its slot.</content>
public sealed partial class RedisTier
{
    /// <summary>The most commands under way for one call.</summary>
    private const int WindowCommands = 512;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException"><paramref name="results"/> is shorter than <paramref name="keys"/>, or a key is not 1 to 4096 bytes.</exception>
    public async ValueTask GetManyAsync(ReadOnlyMemory<ReadOnlyMemory<byte>> keys, Memory<TierRead> results, IBufferWriter<byte> destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ThrowIfNotReady(keys, results.Length, cancellationToken);
        for (int from = 0; from < keys.Length; from += WindowCommands)
        {
            int count = Math.Min(WindowCommands, keys.Length - from);
            await GetWindowAsync(keys.Slice(from, count), results.Slice(from, count), destination, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException"><paramref name="results"/> is shorter than <paramref name="entries"/>, or a key is not 1 to 4096 bytes.</exception>
    public async ValueTask SetManyAsync(ReadOnlyMemory<TierEntry> entries, Memory<TierWriteStatus> results, CancellationToken cancellationToken = default)
    {
        ThrowIfTooShort(results.Length, entries.Length, "entries");
        ThrowIfNotReady(cancellationToken);
        for (int i = 0; i < entries.Length; i++)
            ThrowIfNotKey(entries.Span[i].Key);
        var window = new List<byte[]>(Math.Min(entries.Length, WindowCommands));
        var under = new HashSet<RedisKey>(window.Capacity);
        for (int from = 0; from < entries.Length;)
        {
            // Of two with one key the later counts, so they are not under way together.
            window.Clear();
            under.Clear();
            while (window.Count < WindowCommands && from + window.Count < entries.Length)
            {
                byte[] key = _keys.OfEntry(entries.Span[from + window.Count].Key.Span);
                if (!under.Add(key))
                    break;
                window.Add(key);
            }

            await SetWindowAsync([.. window], entries.Slice(from, window.Count), results.Slice(from, window.Count), cancellationToken).ConfigureAwait(false);
            from += window.Count;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException"><paramref name="results"/> is shorter than <paramref name="keys"/>, or a key is not 1 to 4096 bytes.</exception>
    public async ValueTask RemoveManyAsync(ReadOnlyMemory<ReadOnlyMemory<byte>> keys, Memory<TierWriteStatus> results, CancellationToken cancellationToken = default)
    {
        ThrowIfNotReady(keys, results.Length, cancellationToken);
        for (int from = 0; from < keys.Length; from += WindowCommands)
        {
            int count = Math.Min(WindowCommands, keys.Length - from);
            await RemoveWindowAsync(keys.Slice(from, count), results.Slice(from, count), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <exception cref="ArgumentException">There is too little room, or a key is not 1 to 4096 bytes.</exception>
    private void ThrowIfNotReady(ReadOnlyMemory<ReadOnlyMemory<byte>> keys, int results, CancellationToken cancellationToken)
    {
        ThrowIfTooShort(results, keys.Length, "keys");
        ThrowIfNotReady(cancellationToken);
        foreach (ReadOnlyMemory<byte> key in keys.Span)
            ThrowIfNotKey(key);
    }

    private static void ThrowIfTooShort(int results, int wanted, string of)
    {
        if (results < wanted)
            throw new ArgumentException($"There is room for {results} results, but there are {wanted} {of}.", nameof(results));
    }
}
