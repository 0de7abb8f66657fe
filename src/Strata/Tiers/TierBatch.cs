using System.Buffers;

namespace Strata.Tiers;

/// <summary>Bulk operations for tiers that have none of their own.</summary>
internal static class TierBatch
{
    public static ValueTask GetOneByOneAsync(ICacheTier tier, ReadOnlyMemory<ReadOnlyMemory<byte>> keys, Memory<TierRead> results, IBufferWriter<byte> destination, CancellationToken cancellationToken)
    {
        ThrowIfTooShort(results.Length, keys.Length, "keys");
        return Run();

        async ValueTask Run()
        {
            for (int i = 0; i < keys.Length; i++)
            {
                TierRead read = await tier.GetAsync(keys.Span[i], destination, cancellationToken).ConfigureAwait(false);
                results.Span[i] = read;
            }
        }
    }

    public static ValueTask SetOneByOneAsync(ICacheTier tier, ReadOnlyMemory<TierEntry> entries, Memory<TierWriteStatus> results, CancellationToken cancellationToken)
    {
        ThrowIfTooShort(results.Length, entries.Length, "entries");
        return Run();

        async ValueTask Run()
        {
            for (int i = 0; i < entries.Length; i++)
            {
                TierEntry entry = entries.Span[i];
                TierWriteStatus status = await tier.SetAsync(entry.Key, entry.Value, entry.Options, cancellationToken).ConfigureAwait(false);
                results.Span[i] = status;
            }
        }
    }

    public static ValueTask RemoveOneByOneAsync(ICacheTier tier, ReadOnlyMemory<ReadOnlyMemory<byte>> keys, Memory<TierWriteStatus> results, CancellationToken cancellationToken)
    {
        ThrowIfTooShort(results.Length, keys.Length, "keys");
        return Run();

        async ValueTask Run()
        {
            for (int i = 0; i < keys.Length; i++)
            {
                TierWriteStatus status = await tier.RemoveAsync(keys.Span[i], cancellationToken).ConfigureAwait(false);
                results.Span[i] = status;
            }
        }
    }

    public static void ThrowIfTooShort(int results, int wanted, string of)
    {
        if (results < wanted)
            throw new ArgumentException($"There is room for {results} results, but there are {wanted} {of}.", nameof(results));
    }
}
