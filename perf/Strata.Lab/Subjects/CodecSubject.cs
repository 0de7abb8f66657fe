namespace Strata.Lab.Subjects;

/// <summary>A codec over payloads of one length: both ways, and how long the result is.</summary>
internal abstract class CodecSubject(string name)
{
    private byte[][] _compressed = [];

    public string Name { get; } = name;

    /// <summary>The bytes of all compressed payloads.</summary>
    public long CompressedBytes => _compressed.Sum(payload => (long)payload.Length);

    /// <summary>Compresses every payload, and sees that all come back.</summary>
    public void Take(byte[][] payloads)
    {
        _compressed = [.. payloads.Select(payload => CompressToArray(payload))];
        byte[] room = new byte[payloads[0].Length];
        for (int index = 0; index < payloads.Length; index++)
        {
            Decompress(_compressed[index], room);
            if (!room.AsSpan().SequenceEqual(payloads[index]))
                throw new InvalidOperationException($"{Name} did not bring payload {index} back.");
        }
    }

    public void CompressAll(byte[][] payloads)
    {
        foreach (byte[] payload in payloads)
            Compress(payload);
    }

    public void DecompressAll(byte[] destination)
    {
        foreach (byte[] payload in _compressed)
            Decompress(payload, destination);
    }

    /// <returns>The length of the result, which is kept in a buffer.</returns>
    protected abstract int Compress(byte[] payload);

    protected abstract byte[] CompressToArray(byte[] payload);

    protected abstract void Decompress(byte[] compressed, byte[] destination);
}
