using Strata.Keys;

namespace Strata.Flights;

/// <summary>The keys of one call that were not found in memory. Equal ones share a seat.</summary>
/// <typeparam name="T">The type of the values.</typeparam>
internal sealed class BatchCall<T>(KeyBatch keys)
{
    private readonly Dictionary<byte[], BatchSeat<T>> _byKey = new(KeyComparer.Instance);

    public List<BatchSeat<T>> Seats { get; } = [];

    public bool IsAnswered => Seats.TrueForAll(static seat => seat.IsAnswered);

    public ReadOnlySpan<byte> KeyOf(BatchSeat<T> seat) => keys[seat.Index];

    public void Add(int index)
    {
        var byKey = _byKey.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (byKey.ContainsKey(keys[index]))
            return;
        var seat = new BatchSeat<T>(index);
        byKey[keys[index]] = seat;
        Seats.Add(seat);
    }

    /// <summary>The seat of a key; <c>null</c> when it has none.</summary>
    public BatchSeat<T>? SeatOf(int index) => _byKey.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(keys[index], out BatchSeat<T>? seat) ? seat : null;
}
