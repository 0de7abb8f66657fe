using System.ComponentModel;
using System.Diagnostics;

namespace Strata.Lab.Measure;

/// <summary>The reference command <c>lz4 -1</c>, where it is installed.</summary>
internal static class ReferenceLz4
{
    private const int FrameBytes = 7 + sizeof(int);

    /// <summary>The bytes that the command makes of a text in independent blocks of one length, without what its frame adds; null when the command is not there.</summary>
    public static long? CompressedBytes(byte[][] payloads)
    {
        ProcessStartInfo start = new("lz4", ["-z", "-c", "-1", "-BI", $"-B{payloads[0].Length}", "--no-frame-crc"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using Process process = Process.Start(start) ?? throw new InvalidOperationException("The command lz4 did not start.");
            Task write = Task.Run(() =>
            {
                using Stream input = process.StandardInput.BaseStream;
                foreach (byte[] payload in payloads)
                    input.Write(payload);
            });
            Task<string> complaints = process.StandardError.ReadToEndAsync();
            using MemoryStream frame = new();
            process.StandardOutput.BaseStream.CopyTo(frame);
            process.WaitForExit();
            write.GetAwaiter().GetResult();
            if (process.ExitCode != 0)
                throw new InvalidOperationException($"lz4 ended with {process.ExitCode}: {complaints.GetAwaiter().GetResult()}");
            return frame.Length - FrameBytes - ((long)payloads.Length * sizeof(int));
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
