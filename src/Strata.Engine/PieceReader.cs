using System.Buffers;

namespace Strata.Engine;

/// <summary>The bytes of a span and of a sequence behind it, copied out part by part. The segments of a sequence may run code of the caller.</summary>
internal ref struct PieceReader(ReadOnlySpan<byte> first, in ReadOnlySequence<byte> rest)
{
    private ReadOnlySpan<byte> _piece = first;
    private ReadOnlySequence<byte>.Enumerator _following = rest.GetEnumerator();

    /// <summary>Fills the destination with the next bytes.</summary>
    /// <exception cref="InvalidOperationException">The sequence has fewer bytes than its length says.</exception>
    public void CopyTo(Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            if (_piece.IsEmpty)
            {
                if (!_following.MoveNext())
                    throw new InvalidOperationException($"The sequence ends {destination.Length} bytes early.");
                _piece = _following.Current.Span;
                continue;
            }

            int part = Math.Min(_piece.Length, destination.Length);
            _piece[..part].CopyTo(destination);
            _piece = _piece[part..];
            destination = destination[part..];
        }
    }
}
