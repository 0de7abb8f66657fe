using Strata.Engine.Stripes;

namespace Strata.Engine;

/// <content>Enumeration.</content>
public sealed unsafe partial class ByteStore
{
    /// <summary>
    /// Visits the key of each live entry, in no order. The store may change meanwhile: an entry that is there from beginning to end is visited
    /// once, one that comes or goes may be missed. Takes a stripe's lock for one bucket at a time, and no lock while the caller works.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The store is disposed; also thrown by <see cref="EntryEnumerator.MoveNext"/>.</exception>
    public EntryEnumerator GetEnumerator()
    {
        ThrowIfDisposed();
        return new EntryEnumerator(_stripes);
    }

    /// <summary>Walks the entries of a store. Dispose it to give its buffer back; <c>foreach</c> does.</summary>
    public ref struct EntryEnumerator
    {
        private readonly Stripe[] _stripes;
        private EntryList _entries;
        private int _stripe;
        private uint _head;
        private uint _headCount;
        private int _next;

        internal EntryEnumerator(Stripe[] stripes)
        {
            _stripes = stripes;
            _entries = EntryList.Rent();
            _headCount = stripes[0].HeadCount;
        }

        /// <summary>The entry at the current position.</summary>
        public readonly EntryEnumerator Current => this;

        /// <summary>The key of the current entry. Valid until the next <see cref="MoveNext"/>.</summary>
        public readonly ReadOnlySpan<byte> CurrentKey => _entries.KeyAt(_next - 1);

        /// <summary>What was known of the entry when its bucket was visited.</summary>
        public readonly EntryInfo CurrentInfo => _entries.InfoAt(_next - 1);

        /// <summary>Goes to the next entry. False after the last.</summary>
        public bool MoveNext()
        {
            while (_next >= _entries.Count)
            {
                _next = 0;
                if (_head < _headCount && _stripes[_stripe].TryCopyKeys(_head, _headCount, ref _entries))
                {
                    _head++;
                    continue;
                }

                _entries.Clear();
                if (_stripe + 1 == _stripes.Length)
                    return false;
                _headCount = _stripes[++_stripe].HeadCount;
                _head = 0;
            }

            _next++;
            return true;
        }

        /// <summary>Gives the buffer back.</summary>
        public void Dispose() => _entries.Return();
    }
}
