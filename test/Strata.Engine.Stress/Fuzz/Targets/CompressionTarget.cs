using Strata.Payloads.Compression;

namespace Strata.Engine.Stress.Fuzz.Targets;

/// <summary>Payloads that say how they are compressed. Some are bombs: short, and longer than is allowed when decompressed.</summary>
internal sealed class CompressionTarget : IFuzzTarget
{
    public const int MaxDecompressedBytes = FuzzPayload.MaxBytes;

    private static readonly CompressionFormat s_generous = new(new CompressionOptions());

    private readonly CompressionFormat _format = new(new CompressionOptions { ThresholdBytes = 16, MinSavingPercent = 1, MaxDecompressedBytes = MaxDecompressedBytes });
    private readonly WatchedWriter _destination = new();
    private byte[] _payload = [];

    public string Name => "compression";

    public byte[] MakeValid(Random random) => Write(_format, _payload = FuzzPayload.Make(random));

    /// <summary>There is no seal to make right; a few become bombs instead.</summary>
    public byte[] Repair(byte[] input, Random random) => random.Next(32) == 0 ? Bomb(random) : input;

    public long MaxAllocatedBytes(int inputBytes) => 0;

    public bool Decode(ReadOnlySpan<byte> input, FuzzKind kind, Random random)
    {
        _destination.Clear();
        CompressionRead read = _format.Read(input, _destination, out int payloadBytes);
        Check(_destination, input.Length, read == CompressionRead.Ok, payloadBytes);
        if (kind == FuzzKind.Valid && !_destination.Written.SequenceEqual(_payload))
            throw new FuzzException($"another payload was delivered ({read})");
        return read == CompressionRead.Ok;
    }

    public void Dispose()
    {
    }

    /// <summary>What holds for every read: nothing without success, no more memory than the bytes justify, and nothing written behind it.</summary>
    public static void Check(WatchedWriter destination, int inputBytes, bool isAccepted, int payloadBytes)
    {
        if (payloadBytes != destination.Written.Length || (!isAccepted && payloadBytes > 0))
            throw new FuzzException($"{destination.Written.Length} bytes were written, {payloadBytes} are said to be");
        if (destination.LargestAsked > Math.Min(Math.Max(MaxDecompressedBytes, inputBytes), 255L * inputBytes))
            throw new FuzzException($"{inputBytes} bytes made it ask for {destination.LargestAsked}");
        if (!destination.IsWhole)
            throw new FuzzException("bytes behind the destination were written");
    }

    /// <summary>A payload that is right but for its length.</summary>
    public static byte[] Bomb(Random random) => Write(s_generous, new byte[MaxDecompressedBytes + 1 + random.Next(MaxDecompressedBytes)]);

    public static byte[] Write(CompressionFormat format, byte[] payload)
    {
        byte[] frame = new byte[payload.Length + CompressionFormat.OverheadBytes];
        return frame[..format.Write(payload, frame)];
    }
}
