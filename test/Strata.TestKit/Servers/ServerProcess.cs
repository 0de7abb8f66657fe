using System.Diagnostics;

namespace Strata.TestKit.Servers;

/// <summary>
/// A server's process under a shell that watches over it: it sends the signals it reads the names of, and when its input ends, because the test process did, it ends the server and removes its directory.
/// </summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const string Watch = """
        directory="$1"; shift
        "$@" </dev/null >/dev/null 2>&1 &
        server=$!
        while read -r signal; do
          kill -s "$signal" "$server" 2>/dev/null
          if [ "$signal" = KILL ]; then wait "$server" 2>/dev/null; fi
          kill -s 0 "$server" 2>/dev/null && echo alive || echo ended
        done
        kill -s KILL "$server" 2>/dev/null
        wait "$server" 2>/dev/null
        rm -rf "$directory"
        """;

    private readonly Process _shell;
    private readonly SemaphoreSlim _turn = new(1);

    private ServerProcess(Process shell) => _shell = shell;

    /// <summary>Starts a program, found on PATH.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">What it is told.</param>
    /// <param name="directory">A directory that is removed after it.</param>
    public static ServerProcess Start(string program, string[] arguments, string directory)
    {
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        foreach (string argument in (string[])["-c", Watch, "watch", directory, program, .. arguments])
            start.ArgumentList.Add(argument);
        return new ServerProcess(Process.Start(start)!);
    }

    /// <returns>Whether the server is still there.</returns>
    public async Task<bool> SignalAsync(string signal)
    {
        await _turn.WaitAsync();
        try
        {
            await _shell.StandardInput.WriteLineAsync(signal);
            await _shell.StandardInput.FlushAsync();
            return await _shell.StandardOutput.ReadLineAsync() == "alive";
        }
        finally
        {
            _turn.Release();
        }
    }

    public Task KillAsync() => SignalAsync("KILL");

    public async ValueTask DisposeAsync()
    {
        _shell.StandardInput.Close();
        await _shell.WaitForExitAsync();
        _shell.Dispose();
        _turn.Dispose();
    }
}
