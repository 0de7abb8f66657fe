using Strata.Invalidation;
using Strata.Keys;

namespace Strata.Backplane;

/// <summary>The changes that wait to be published, each once. Not safe for threads: its owner has a lock.</summary>
/// <remarks>Their order does not matter, since each only drops. One that waits already stands for a later one of the same key: it is sent after both.</remarks>
internal sealed class Outbox(int maxBytes)
{
    // What an entry costs beside its bytes.
    private const int OverheadBytes = 64;

    private readonly Queue<byte[]> _keys = new();
    private readonly HashSet<byte[]> _known = new(KeyComparer.Instance);
    private readonly Queue<InvalidationRule> _rules = new();
    private readonly HashSet<InvalidationRule> _knownRules = [];
    private bool _isEverything;

    public long Bytes { get; private set; }

    public bool IsEmpty => !_isEverything && _keys.Count == 0 && _rules.Count == 0;

    /// <returns><c>false</c> when there was no room: everything is invalidated instead.</returns>
    public bool Add(ReadOnlySpan<byte> key)
    {
        if (_isEverything || _known.GetAlternateLookup<ReadOnlySpan<byte>>().Contains(key))
            return true;
        if (!TryGrow(key.Length))
            return false;
        byte[] copy = key.ToArray();
        _known.Add(copy);
        _keys.Enqueue(copy);
        return true;
    }

    /// <returns><c>false</c> when there was no room: everything is invalidated instead.</returns>
    public bool Add(InvalidationRule rule)
    {
        if (_isEverything || _knownRules.Contains(rule))
            return true;
        if (!TryGrow(LengthOf(rule)))
            return false;
        _knownRules.Add(rule);
        _rules.Enqueue(rule);
        return true;
    }

    public void AddEverything()
    {
        _keys.Clear();
        _known.Clear();
        _rules.Clear();
        _knownRules.Clear();
        Bytes = 0;
        _isEverything = true;
    }

    /// <summary>Moves changes into a message until that is full.</summary>
    /// <returns>How many.</returns>
    public int MoveTo(List<byte> message, int maxMessageBytes)
    {
        if (_isEverything)
        {
            MessageFormat.WriteRule(message, null);
            _isEverything = false;
            return 1;
        }

        int count = 0;
        while (message.Count + MessageFormat.MaxChangeBytes <= maxMessageBytes && _rules.TryDequeue(out InvalidationRule? rule))
        {
            _knownRules.Remove(rule);
            Bytes -= OverheadBytes + LengthOf(rule);
            MessageFormat.WriteRule(message, rule);
            count++;
        }

        while (message.Count + MessageFormat.MaxChangeBytes <= maxMessageBytes && _keys.TryDequeue(out byte[]? key))
        {
            _known.Remove(key);
            Bytes -= OverheadBytes + key.Length;
            MessageFormat.WriteKey(message, key);
            count++;
        }

        return count;
    }

    private static int LengthOf(InvalidationRule rule) => rule.Prefix.Length + (rule.Pattern?.Length ?? 0) + rule.Tags.Sum(static tag => tag.Length);

    private bool TryGrow(int bytes)
    {
        if (Bytes + bytes + OverheadBytes > maxBytes)
        {
            AddEverything();
            return false;
        }

        Bytes += bytes + OverheadBytes;
        return true;
    }
}
