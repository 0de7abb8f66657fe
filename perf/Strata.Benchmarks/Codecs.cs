using System.IO.Compression;
using System.Text;
using BenchmarkDotNet.Attributes;
using Strata.Engine.Codecs;

namespace Strata.Benchmarks;

/// <summary>Reading a compressed payload of JSON, beside the runtime's Deflate. One payload again and again, which the processor learns by heart: the lab's <c>codec</c> visits many.</summary>
[MemoryDiagnoser]
public class Codecs
{
    private byte[] _payload = [];
    private byte[] _block = [];
    private byte[] _deflated = [];

    /// <summary>The payload's length.</summary>
    [Params(4_096, 65_536)]
    public int PayloadBytes { get; set; }

    /// <summary>Compresses the payload with both.</summary>
    [GlobalSetup]
    public void Fill()
    {
        Random random = new(1);
        StringBuilder text = new();
        while (text.Length < PayloadBytes)
            text.Append("{\"id\":").Append(random.Next(1_000_000)).Append(",\"name\":\"product ").Append(random.Next(1_000)).Append("\",\"stock\":").Append(random.Next(500)).Append("},\n");
        _payload = Encoding.ASCII.GetBytes(text.ToString(0, PayloadBytes));
        _block = new byte[Lz4Block.MaxCompressedLength(PayloadBytes)];
        _block = _block[..Lz4Block.Compress(_payload, _block)];
        using MemoryStream deflated = new();
        using (DeflateStream deflate = new(deflated, CompressionLevel.Optimal, leaveOpen: true))
            deflate.Write(_payload);
        _deflated = deflated.ToArray();
    }

    /// <summary>The bar: a stream over memory.</summary>
    [Benchmark(Baseline = true)]
    public int Deflate()
    {
        using DeflateStream inflate = new(new MemoryStream(_deflated), CompressionMode.Decompress);
        inflate.ReadExactly(_payload);
        return _payload.Length;
    }

    /// <summary>Span to span.</summary>
    [Benchmark]
    public int Lz4() => Lz4Block.TryDecompress(_block, _payload, out int written) ? written : -1;
}
