using System.Buffers.Binary;
using System.IO.Compression;
using Strata.Engine.Stress.Parity;

namespace Strata.Engine.Stress.Tests.Parity;

public sealed class ParityCommandTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory();

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void Run_WithTraces_ComparesTheirBeginnings()
    {
        WriteTrace("some.bin.gz", 3_000);
        var output = new StringWriter();

        int exitCode = ParityCommand.Run(new OptionReader(["--traces", _directory.FullName, "--requests", "2000", "--seed", "1"]), output);

        Assert.Equal(ExitCode.Pass, exitCode);
        Assert.Contains("some.bin.gz, 100 slabs: ok, 2000 requests", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_DirectoryWithoutTraces_NamesIt()
    {
        FormatException thrown = Assert.Throws<FormatException>(() => ParityCommand.Run(new OptionReader(["--traces", _directory.FullName]), TextWriter.Null));

        Assert.Contains(_directory.FullName, thrown.Message, StringComparison.Ordinal);
    }

    private void WriteTrace(string name, int requests)
    {
        var random = new Random(1);
        using var zipped = new GZipStream(File.Create(Path.Combine(_directory.FullName, name)), CompressionLevel.Fastest);
        Span<byte> record = stackalloc byte[12];
        for (int i = 0; i < requests; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(record, random.Next(random.Next(1, 1_000)));
            BinaryPrimitives.WriteInt32LittleEndian(record[8..], 1);
            zipped.Write(record);
        }
    }
}
