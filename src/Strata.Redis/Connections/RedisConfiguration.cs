using StackExchange.Redis;

namespace Strata.Redis.Connections;

/// <summary>Reads the words of <see cref="RedisTierOptions.Configuration"/> and connects by them; what is wrong with them is told without them, since they may hold a password.</summary>
internal static class RedisConfiguration
{
    public const string Setting = nameof(RedisTierOptions) + "." + nameof(RedisTierOptions.Configuration);

    /// <exception cref="ArgumentException">The words cannot be read, or name no server.</exception>
    public static ConfigurationOptions Parse(RedisTierOptions options)
    {
        string text = options.Configuration!;
        if (text.Contains("://", StringComparison.Ordinal))
            throw new ArgumentException($"{Setting} is a URL; write host:port and options, separated by commas (password=…, ssl=true).");
        ConfigurationOptions configuration;
        try
        {
            configuration = ConfigurationOptions.Parse(text);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or OverflowException)
        {
            // Not as the inner exception: it repeats what it was given.
            throw new ArgumentException($"{Setting} cannot be read; write host:port and options, separated by commas (password=…, ssl=true).");
        }

        if (configuration.EndPoints.Count == 0)
            throw new ArgumentException($"{Setting} names no server; write host:port and options, separated by commas (password=…, ssl=true).");
        return configuration;
    }

    /// <exception cref="ArgumentException">No server answers, or none that lets us in or that we trust, and the options do not say <c>abortConnect=false</c>.</exception>
    public static async Task<ConnectionMultiplexer> ConnectAsync(ConfigurationOptions configuration, CancellationToken cancellationToken)
    {
        ConfigurationOptions patient = configuration.Clone();
        patient.AbortOnConnectFail = false;
        ConnectionMultiplexer multiplexer = await ConnectionMultiplexer.ConnectAsync(patient, null).WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await multiplexer.GetDatabase(-1, null).PingAsync(CommandFlags.None).WaitAsync(cancellationToken).ConfigureAwait(false);
            return multiplexer;
        }
        catch (Exception exception)
        {
            bool isFailure = ServerReply.IsFailure(exception) && !cancellationToken.IsCancellationRequested;
            string? fault = isFailure ? await TlsProbe.FaultAsync(configuration, cancellationToken).ConfigureAwait(false) : null;
            bool isRejection = ServerReply.IsRejection(exception) || (isFailure && await PasswordProbe.IsRejectedAsync(configuration).ConfigureAwait(false));
            // Waiting helps against a server that is not there, not against one that does not let us in.
            if (isFailure && !isRejection && fault is null && !configuration.AbortOnConnectFail)
                return multiplexer;
            await multiplexer.CloseAsync(false).ConfigureAwait(false);
            if (fault is not null)
                throw new ArgumentException($"{Setting}: {fault}.");
            if (isRejection)
                throw new ArgumentException($"{Setting}: the server refuses us: {(configuration.Password is null ? "it wants a password, and none is given (password=…)" : "the password given is wrong")}.");
            if (isFailure)
                throw new ArgumentException($"{Setting}: no server answers{(configuration.Ssl ? " over TLS" : "")} at {string.Join(", ", configuration.EndPoints)}. Write abortConnect=false to begin without one.", exception);
            throw;
        }
    }
}
