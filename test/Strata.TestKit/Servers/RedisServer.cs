using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Strata.TestKit.Servers;

/// <summary>A real redis-server on a free loopback port, with a directory of its own. It keeps nothing over a restart unless told to, and it ends with the test process, however that ends.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly string _program;
    private readonly string[] _arguments;
    private readonly string _directory = Directory.CreateTempSubdirectory("strata-redis-").FullName;
    // The last one is the server; those before it have ended.
    private readonly List<ServerProcess> _processes = [];

    private RedisServer(string program, int port, string[] arguments)
    {
        _program = program;
        Port = port;
        _arguments = arguments;
    }

    /// <summary>The port on 127.0.0.1.</summary>
    public int Port { get; private set; }

    /// <summary>Host and port.</summary>
    public string Address => $"127.0.0.1:{Port.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>What clients have to say, or null.</summary>
    public string? Password { get; private init; }

    private bool IsSentinel { get; init; }

    /// <summary>Where the server keeps its files; it goes with the server.</summary>
    public string DataDirectory => _directory;

    private string SentinelFile => Path.Combine(_directory, "sentinel.conf");

    /// <summary>Starts a server and waits until it answers.</summary>
    /// <param name="arguments">More options, for example <c>--maxmemory</c>, <c>4mb</c>.</param>
    public static Task<RedisServer> StartAsync(params string[] arguments) => StartAsync(null, arguments);

    /// <summary>Starts a server that wants a password.</summary>
    public static async Task<RedisServer> StartAsync(string? password, string[] arguments)
    {
        string[] all = password is null ? arguments : [.. arguments, "--requirepass", password, "--masterauth", password];
        for (int attempt = 1; ; attempt++)
        {
            var server = new RedisServer("redis-server", FreePort(), all) { Password = password };
            try
            {
                await server.RestartAsync();
                return server;
            }
            catch (InvalidOperationException) when (attempt < 5)
            {
                // Somebody else took the port.
                await server.DisposeAsync();
            }
        }
    }

    /// <summary>Starts a sentinel from the lines of its configuration.</summary>
    public static async Task<RedisServer> StartSentinelAsync(params string[] lines)
    {
        var server = new RedisServer("redis-server", FreePort(), []) { IsSentinel = true };
        await File.WriteAllLinesAsync(server.SentinelFile, [$"port {server.Port}", "bind 127.0.0.1", .. lines]);
        await server.RestartAsync();
        return server;
    }

    /// <summary>Starts it again on the same port, after <see cref="KillAsync"/>, with what it saved in its directory.</summary>
    /// <param name="more">More options, for this time.</param>
    public async Task RestartAsync(params string[] more)
    {
        // Without persistence, and with the log in the directory. A sentinel keeps what it knows in its configuration.
        string[] arguments = IsSentinel ? [SentinelFile, "--sentinel", "--dir", _directory, "--logfile", "log"] : ["--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", _directory, "--logfile", "log", "--save", "", "--appendonly", "no", .. _arguments, .. more];
        _processes.Add(ServerProcess.Start(_program, arguments, _directory));
        await WaitForAnswerAsync();
    }

    /// <summary>Ends it at once, without a word to anybody.</summary>
    public Task KillAsync() => _processes[^1].KillAsync();

    /// <summary>Stops it where it is: connections stay open, nothing is answered.</summary>
    public Task FreezeAsync() => _processes[^1].SignalAsync("STOP");

    /// <summary>Lets it go on.</summary>
    public Task ThawAsync() => _processes[^1].SignalAsync("CONT");

    /// <summary>Sends one command and answers the reply as text, an array as lines, an error with a minus sign before it.</summary>
    public async Task<string> CommandAsync(params string[] command)
    {
        using RespConnection connection = await RespConnection.OpenAsync(Port, Password);
        return await connection.CommandAsync(command);
    }

    /// <summary>Waits until a command's reply has a text in it.</summary>
    public Task WaitAsync(string command, string expected) =>
        WaitAsync(async () => (await CommandAsync(command.Split(' '))).Contains(expected, StringComparison.Ordinal), $"'{expected}' in the answer to '{command}'");

    /// <summary>Waits until something is so; what fails because the server is not there yet is not so.</summary>
    public static async Task WaitAsync(Func<Task<bool>> isSo, string what)
    {
        using var patience = new CancellationTokenSource(s_patience);
        while (true)
        {
            try
            {
                if (await isSo().WaitAsync(patience.Token))
                    return;
            }
            catch (Exception exception) when (exception is SocketException or IOException)
            {
                // Not yet.
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"Waited in vain for {what}.");
            }

            if (patience.IsCancellationRequested)
                throw new TimeoutException($"Waited in vain for {what}.");
            await Task.Delay(10, CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ServerProcess process in _processes)
            await process.DisposeAsync();
        if (Directory.Exists(_directory))
            Directory.Delete(_directory, recursive: true);
    }

    private async Task WaitForAnswerAsync()
    {
        await WaitAsync(
            async () =>
            {
                if (!await _processes[^1].SignalAsync("0"))
                    throw new InvalidOperationException("The server has ended; its log may say why.");
                string answer = await CommandAsync("PING");
                return answer == "PONG" || answer.StartsWith("-LOADING", StringComparison.Ordinal) || answer.StartsWith("-MASTERDOWN", StringComparison.Ordinal);
            },
            "the server's first answer");
    }

    /// <summary>A port that nobody listens on just now.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        // A cluster talks on a port 10,000 higher.
        return port <= 55_000 ? port : port - 20_000;
    }
}
