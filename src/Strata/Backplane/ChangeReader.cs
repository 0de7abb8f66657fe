using System.Buffers.Binary;
using System.Text;
using Strata.Invalidation;

namespace Strata.Backplane;

/// <summary>Reads the changes of a message, one by one, and believes no length.</summary>
internal ref struct ChangeReader(ReadOnlySpan<byte> message, int at)
{
    private static readonly UTF8Encoding s_strictText = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _message = message;
    private int _at = at;

    public readonly bool IsAtEnd => _at == _message.Length;

    /// <summary>Reads one.</summary>
    /// <returns><c>false</c> when there is none that can be understood.</returns>
    public bool TryRead(out Change change)
    {
        change = default;
        try
        {
            switch ((ChangeKind)_message[_at++])
            {
                case ChangeKind.Key:
                    change = new(TakeKey(), null);
                    return true;
                case ChangeKind.AnyTag:
                    change = new(default, InvalidationRule.OfAnyTag(TakeTags()));
                    return true;
                case ChangeKind.AllTags:
                    change = new(default, InvalidationRule.OfAllTags(TakeTags()));
                    return true;
                case ChangeKind.Prefix:
                    change = new(default, InvalidationRule.OfPrefix(_message[TakeKey()]));
                    return true;
                case ChangeKind.Pattern:
                    change = new(default, InvalidationRule.OfPattern(TakeText()));
                    return true;
                case ChangeKind.Everything:
                    return true;
                default:
                    return false;
            }
        }
        catch (ArgumentException)
        {
            // A length beyond the end, or a rule that nobody could have made.
            return false;
        }
    }

    private Range TakeKey()
    {
        Range range = Take();
        Keys.KeyErrors.ThrowIfNotKey(_message[range]);
        return range;
    }

    private string[] TakeTags()
    {
        var tags = new string[_message.Slice(_at++, 1)[0]];
        for (int i = 0; i < tags.Length; i++)
            tags[i] = TakeText();
        return tags;
    }

    private string TakeText() => s_strictText.GetString(_message[Take()]);

    private Range Take()
    {
        int length = BinaryPrimitives.ReadUInt16LittleEndian(_message.Slice(_at, sizeof(ushort)));
        int start = _at + sizeof(ushort);
        _ = _message.Slice(start, length);
        _at = start + length;
        return start.._at;
    }
}
