using Strata.Engine.Stripes;

namespace Strata.Engine;

/// <content>Enumeration.</content>
public sealed unsafe partial class ByteStore
{
    /// <summary>
    /// Visits the key of each live entry, in no order. The store may change meanwhile: an entry that is there from beginning to end is visited
    /// once, one that comes or goes may be missed; only while a flooded stripe is rehashed (<see cref="StoreStatistics.Rehashes"/>) one may be missed or visited twice. Takes a stripe's lock for one bucket at a time, and no lock while the caller works.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The store is disposed; also thrown by <see cref="EntryEnumerator.MoveNext"/>.</exception>
    public EntryEnumerator GetEnumerator()
    {
        ThrowIfDisposed();
        return new EntryEnumerator(this);
    }

    /// <summary>Walks the entries of a store. Dispose it to give its buffer back; <c>foreach</c> does. After that it has no more entries.</summary>
    public ref struct EntryEnumerator
    {
        // The store itself and not its stripes: memory that only a stripe knows could be taken back meanwhile.
        private ByteStore? _store;
        private EntryList _entries;
        private long _nowMs;
        private int _stripe;
        private uint _head;
        private uint _headCount;
        private int _next;

        internal EntryEnumerator(ByteStore store)
        {
            _store = store;
            _entries = EntryList.Rent();
            _headCount = store._stripes[0].HeadCount;
        }

        /// <summary>The entry at the current position. The enumerator is what is disposed, not this.</summary>
        public readonly EntryEnumerator Current => this;

        /// <summary>The key of the current entry. Valid until the next <see cref="MoveNext"/> or <see cref="Dispose"/>.</summary>
        /// <exception cref="InvalidOperationException">There is no current entry.</exception>
        public readonly ReadOnlySpan<byte> CurrentKey => _entries.KeyAt(CurrentIndex);

        /// <summary>What was known of the entry when its bucket was visited.</summary>
        /// <exception cref="InvalidOperationException">There is no current entry.</exception>
        public readonly EntryInfo CurrentInfo => _entries.InfoAt(CurrentIndex, _nowMs);

        /// <summary>Goes to the next entry. False after the last.</summary>
        public bool MoveNext()
        {
            while (_store is not null)
            {
                while (_next < _entries.Count)
                {
                    if (_entries.IsLiveAt(_next++, _nowMs))
                        return true;
                }

                if (!TryVisitBucket(_store))
                    return false;
            }

            return false;
        }

        /// <summary>Gives the buffer back.</summary>
        public void Dispose()
        {
            _entries.Return();
            this = default;
        }

        private readonly int CurrentIndex => (uint)(_next - 1) < (uint)_entries.Count
            ? _next - 1
            : throw new InvalidOperationException("The enumeration has not begun or is over: there is no current entry.");

        // False behind the last bucket of the last stripe.
        private bool TryVisitBucket(ByteStore store)
        {
            // Should anything throw here, the bucket is visited again.
            _next = int.MaxValue;
            Stripe[] stripes = store._stripes;
            if (_head < _headCount)
            {
                stripes[_stripe].CopyKeys(_head, _headCount, ref _entries);
                // After the lock: what has expired by now is left out.
                _nowMs = _entries.Count != 0 ? store._clock.NowMs : 0;
                _head++;
            }
            else
            {
                if (_stripe + 1 == stripes.Length)
                    return false;
                _headCount = stripes[_stripe + 1].HeadCount;
                _entries.Clear();
                _stripe++;
                _head = 0;
            }

            _next = 0;
            GC.KeepAlive(store);
            return true;
        }
    }
}
