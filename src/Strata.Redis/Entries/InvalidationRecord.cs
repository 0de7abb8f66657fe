using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using StackExchange.Redis;

namespace Strata.Redis.Entries;

/// <summary>What was invalidated of a tag's entries, or of all entries by key.</summary>
/// <remarks>
/// Fields of the hash: <c>v</c> its version, another one each time that all is void or the record is made anew; <c>i</c> when all was void last; <c>n</c> the number of rules since, and under their numbers the rules, each its time
/// (8 bytes, big-endian) and what it means. Times are microseconds of the clock of the server that has the record.
/// </remarks>
internal sealed class InvalidationRecord
{
    /// <summary>The most rules; with one more, all is void.</summary>
    public const int MaxRules = 64;

    private const int StampBytes = 8;

    private readonly byte[]?[] _rules;

    private InvalidationRecord(long version, long voidedUs, byte[]?[] rules)
    {
        Version = version;
        VoidedUs = voidedUs;
        _rules = rules;
    }

    /// <summary>The record of a key that is not there.</summary>
    public static InvalidationRecord None { get; } = new(0, 0, []);

    public long Version { get; }

    /// <summary>When all was void last, 0 for never.</summary>
    public long VoidedUs { get; }

    public int RuleCount => _rules.Length;

    /// <summary>When a rule was made.</summary>
    /// <param name="number">0 for the first one.</param>
    public long StampUs(int number) => BinaryPrimitives.ReadInt64BigEndian(_rules[number]);

    /// <summary>What a rule means.</summary>
    /// <param name="number">0 for the first one.</param>
    public ReadOnlySpan<byte> Rule(int number) => _rules[number].AsSpan(StampBytes);

    /// <summary>Reads the fields; <c>null</c> when they are not ours.</summary>
    /// <param name="fields">Names and values in turn.</param>
    public static InvalidationRecord? Read(ReadOnlySpan<RedisValue> fields)
    {
        if (fields.IsEmpty)
            return None;
        long version = 0, voided = 0, count = 0;
        for (int i = 0; i + 1 < fields.Length; i += 2)
        {
            bool isNumber = (string?)fields[i] switch
            {
                "v" => TryRead(fields[i + 1], out version),
                "i" => TryRead(fields[i + 1], out voided),
                "n" => TryRead(fields[i + 1], out count),
                _ => true,
            };
            if (!isNumber)
                return null;
        }

        if (version <= 0 || voided < 0 || count is < 0 or > MaxRules)
            return null;
        var rules = new byte[]?[(int)count];
        for (int i = 0; i + 1 < fields.Length; i += 2)
        {
            if (int.TryParse((string?)fields[i], NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= 1 && number <= count)
                rules[number - 1] = fields[i + 1];
        }

        return Array.TrueForAll(rules, rule => rule?.Length > StampBytes) ? new InvalidationRecord(version, voided, rules) : null;
    }

    private static bool TryRead(byte[]? text, out long number)
    {
        number = 0;
        return text is not null && Utf8Parser.TryParse(text, out number, out int used) && used == text.Length;
    }
}
