using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Strata.Tests.Telemetry;

/// <summary>A log that keeps every message, as text and by parts.</summary>
internal sealed class CollectedLog : ILoggerFactory, ILogger
{
    public ConcurrentQueue<Message> Messages { get; } = [];

    public Exception? Throws { get; set; }

    public IEnumerable<string?> Names => Messages.Select(static message => message.Id.Name);

    public ILogger CreateLogger(string categoryName) => categoryName == "Strata.TieredCache" ? this : throw new ArgumentException(categoryName, nameof(categoryName));

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (Throws is { } thrown)
            throw thrown;
        string parts = state is IEnumerable<KeyValuePair<string, object?>> values ? string.Join(' ', values.Select(static value => $"{value.Key}={value.Value}")) : "";
        Messages.Enqueue(new(logLevel, eventId, formatter(state, exception), parts, exception));
    }

    public void Dispose()
    {
    }

    internal sealed record Message(LogLevel Level, EventId Id, string Text, string Parts, Exception? Exception);
}
