using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Strata.TestKit.Servers;

namespace Strata.Redis.Tests.Backplane;

/// <summary>A node in a process of its own, which ends with this one.</summary>
internal sealed class NodeProcess : IDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();

    private NodeProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => _lines.Enqueue(line.Data ?? "");
        process.BeginOutputReadLine();
    }

    /// <summary>What it wrote so far.</summary>
    public IEnumerable<string> Lines => _lines;

    public static NodeProcess Start(string server, string prefix, string name, TimeSpan lease, TimeSpan load)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "Strata.Redis.Node.dll");
        string[] arguments = [program, server, prefix, name, Text(lease), Text(load)];
        return new NodeProcess(Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!);

        static string Text(TimeSpan time) => time.TotalMilliseconds.ToString(CultureInfo.InvariantCulture);
    }

    public async Task AskAsync(string key)
    {
        await _process.StandardInput.WriteLineAsync(key);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Waits for a line that begins with a text, and answers it.</summary>
    public async Task<string> UntilAsync(string beginning)
    {
        string? found = null;
        await RedisServer.WaitAsync(() => Task.FromResult((found = _lines.FirstOrDefault(line => line.StartsWith(beginning, StringComparison.Ordinal))) is not null), $"'{beginning}'");
        return found!;
    }

    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
