using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using StackExchange.Redis;

namespace Strata.Redis.Connections;

/// <summary>Asks a server for its certificate, as the client does. The client says no more than that it has no connection, or takes it for a wrong password, and a certificate that nobody trusts deserves a clear word.</summary>
internal static class TlsProbe
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    /// <returns>Why there is no TLS with one of the servers; <c>null</c> when that is not the reason.</returns>
    public static async Task<string?> FaultAsync(ConfigurationOptions configuration)
    {
        if (!configuration.Ssl)
            return null;
        string? fault = null;
        foreach (EndPoint endPoint in configuration.EndPoints)
            fault ??= await FaultAsync(endPoint, configuration).ConfigureAwait(false);
        return fault;
    }

    private static async Task<string?> FaultAsync(EndPoint endPoint, ConfigurationOptions configuration)
    {
        var errors = SslPolicyErrors.None;
        string host = configuration.SslHost ?? (endPoint is DnsEndPoint named ? named.Host : ((IPEndPoint)endPoint).Address.ToString());
        using var patience = new CancellationTokenSource(s_patience);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(endPoint, patience.Token).ConfigureAwait(false);
            using var stream = new SslStream(new NetworkStream(socket));
            var options = new SslClientAuthenticationOptions
            {
                TargetHost = host,
                RemoteCertificateValidationCallback = (_, _, _, found) => (errors = found) == SslPolicyErrors.None,
            };
            await stream.AuthenticateAsClientAsync(options, patience.Token).ConfigureAwait(false);
            return null;
        }
        catch (AuthenticationException)
        {
            return errors == SslPolicyErrors.None ? "the server does not speak TLS as we do" : $"the server's certificate is not accepted: {errors} (sslHost=… says whose it is)";
        }
        catch (Exception exception) when (exception is SocketException or IOException or OperationCanceledException)
        {
            return null;
        }
    }
}
