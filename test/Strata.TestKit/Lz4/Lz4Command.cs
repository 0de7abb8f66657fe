using System.Diagnostics;

namespace Strata.TestKit.Lz4;

/// <summary>The reference command <c>lz4</c>, from standard input to standard output.</summary>
public static class Lz4Command
{
    /// <summary>Compresses to a frame of independent blocks.</summary>
    public static byte[] Compress(byte[] data, params IEnumerable<string> options) => Run(data, ["-z", "-c", "-BI", .. options]);

    /// <summary>Decompresses a frame.</summary>
    public static byte[] Decompress(byte[] frame) => Run(frame, ["-d", "-c"]);

    private static byte[] Run(byte[] input, IEnumerable<string> arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("lz4", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })
            ?? throw new InvalidOperationException("The command lz4 did not start.");
        Task<string> complaints = process.StandardError.ReadToEndAsync();
        Task writing = Task.Run(() =>
        {
            using Stream to = process.StandardInput.BaseStream;
            to.Write(input);
        });
        using var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidDataException($"lz4 ended with {process.ExitCode}: {complaints.GetAwaiter().GetResult()}");
        writing.GetAwaiter().GetResult();
        return output.ToArray();
    }
}
