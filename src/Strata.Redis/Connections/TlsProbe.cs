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

    /// <returns>Why there is no TLS with any of the servers; <c>null</c> when that is not the reason, or one of them is away.</returns>
    public static async Task<string?> FaultAsync(ConfigurationOptions configuration, CancellationToken cancellationToken)
    {
        if (!configuration.Ssl)
            return null;
        string?[] faults = await Task.WhenAll(configuration.EndPoints.Select(endPoint => FaultAsync(endPoint, configuration, cancellationToken))).ConfigureAwait(false);
        return Array.TrueForAll(faults, static fault => fault is not null) ? faults.FirstOrDefault() : null;
    }

    private static async Task<string?> FaultAsync(EndPoint endPoint, ConfigurationOptions configuration, CancellationToken cancellationToken)
    {
        var errors = SslPolicyErrors.None;
        if ((configuration.SslHost ?? (endPoint as DnsEndPoint)?.Host ?? (endPoint as IPEndPoint)?.Address.ToString()) is not { } host)
            return null;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(s_patience);
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
