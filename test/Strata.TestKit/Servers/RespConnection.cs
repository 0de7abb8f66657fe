using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Strata.TestKit.Servers;

/// <summary>The least that speaks with a Redis server: one command at a time, replies as text.</summary>
internal sealed class RespConnection : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly TcpClient _client = new();
    private Stream _stream = Stream.Null;

    private RespConnection()
    {
    }

    public static async Task<RespConnection> OpenAsync(int port, string? password)
    {
        var connection = new RespConnection();
        try
        {
            using var patience = new CancellationTokenSource(s_patience);
            await connection._client.ConnectAsync(IPAddress.Loopback, port, patience.Token);
            connection._stream = new BufferedStream(connection._client.GetStream());
            if (password is not null)
                await connection.CommandAsync("AUTH", password);
            return connection;
        }
        catch (OperationCanceledException)
        {
            connection.Dispose();
            throw new IOException("The server did not accept the connection.");
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public async Task<string> CommandAsync(params string[] command)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"*{command.Length}\r\n");
        foreach (string word in command)
            text.Append(CultureInfo.InvariantCulture, $"${Encoding.UTF8.GetByteCount(word)}\r\n{word}\r\n");
        using var patience = new CancellationTokenSource(s_patience);
        try
        {
            await _stream.WriteAsync(Encoding.UTF8.GetBytes(text.ToString()), patience.Token);
            await _stream.FlushAsync(patience.Token);
            return await ReadReplyAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            throw new IOException("The server did not answer.");
        }
    }

    public void Dispose()
    {
        _stream.Dispose();
        _client.Dispose();
    }

    private async Task<string> ReadReplyAsync(CancellationToken token)
    {
        string line = await ReadLineAsync(token);
        switch (line[0])
        {
            case '$':
                int lengthBytes = Number(line);
                if (lengthBytes < 0)
                    return "";
                byte[] bulk = new byte[lengthBytes + 2];
                await _stream.ReadExactlyAsync(bulk, token);
                return Encoding.UTF8.GetString(bulk, 0, lengthBytes);
            case '*':
                var lines = new List<string>();
                for (int i = Number(line); i > 0; i--)
                    lines.Add(await ReadReplyAsync(token));
                return string.Join('\n', lines);
            case '-':
                return line;
            default:
                return line[1..];
        }
    }

    private async Task<string> ReadLineAsync(CancellationToken token)
    {
        var line = new List<byte>();
        byte[] one = new byte[1];
        while (line.Count < 2 || line[^2] != (byte)'\r' || line[^1] != (byte)'\n')
        {
            await _stream.ReadExactlyAsync(one, token);
            line.Add(one[0]);
        }

        return Encoding.UTF8.GetString([.. line], 0, line.Count - 2);
    }

    private static int Number(string line) => int.Parse(line.AsSpan(1), CultureInfo.InvariantCulture);
}
