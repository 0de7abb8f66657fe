using System.Net;
using System.Net.Sockets;
using System.Text;
using StackExchange.Redis;

namespace Strata.Redis.Connections;

/// <summary>
/// Asks a server whether it lets us in. The client often says no more than that it has no connection, and a wrong password deserves a clear word. Not over TLS, where the client's word has to do.
/// </summary>
internal static class PasswordProbe
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    public static async Task<bool> IsRejectedAsync(ConfigurationOptions configuration)
    {
        if (configuration.Ssl)
            return false;
        foreach (EndPoint endPoint in configuration.EndPoints)
        {
            if (await IsRejectedAsync(endPoint, configuration.Password).ConfigureAwait(false))
                return true;
        }

        return false;
    }

    private static async Task<bool> IsRejectedAsync(EndPoint endPoint, string? password)
    {
        using var patience = new CancellationTokenSource(s_patience);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(endPoint, patience.Token).ConfigureAwait(false);
            byte[] secret = Encoding.UTF8.GetBytes(password ?? "");
            byte[] question = password is null
                ? "*1\r\n$4\r\nPING\r\n"u8.ToArray()
                : [.. "*2\r\n$4\r\nAUTH\r\n$"u8, .. Encoding.ASCII.GetBytes($"{secret.Length}\r\n"), .. secret, .. "\r\n"u8];
            await socket.SendAsync(question, patience.Token).ConfigureAwait(false);
            byte[] answer = new byte[64];
            int length = await socket.ReceiveAsync(answer, patience.Token).ConfigureAwait(false);
            string text = Encoding.ASCII.GetString(answer, 0, length);
            return text.StartsWith("-NOAUTH", StringComparison.Ordinal) || text.StartsWith("-WRONGPASS", StringComparison.Ordinal) || text.StartsWith("-ERR invalid password", StringComparison.Ordinal);
        }
        catch (Exception exception) when (exception is SocketException or IOException or OperationCanceledException)
        {
            return false;
        }
    }
}
