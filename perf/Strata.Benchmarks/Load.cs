using System.Globalization;
using System.Text;

namespace Strata.Benchmarks;

/// <summary>Keys of 24 characters in both native forms, values of 100 bytes, and an order in which to visit them.</summary>
internal sealed class Load
{
    /// <summary>Keys visited by one call of a benchmark.</summary>
    public const int BatchCount = 1024;

    private const int KeyBytes = 24;

    private readonly byte[] _utf8;

    public Load(int entries)
    {
        Strings = [.. Enumerable.Range(0, entries).Select(index => "product:" + index.ToString("x16", CultureInfo.InvariantCulture))];
        _utf8 = Encoding.ASCII.GetBytes(string.Concat(Strings));
        new Random(1).NextBytes(Value);
        Random random = new(2);
        Order = [.. Enumerable.Range(0, BatchCount).Select(_ => random.Next(entries))];
    }

    public string[] Strings { get; }

    public byte[] Value { get; } = new byte[100];

    public int[] Order { get; }

    public KeyOf<int> KeyOf => field ??= index => Utf8(index);

    public ReadOnlySpan<byte> Utf8(int index) => _utf8.AsSpan(index * KeyBytes, KeyBytes);
}
