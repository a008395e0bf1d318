using Microsoft.Extensions.Logging;

namespace RegistryOperator.Host.Tests.Scanning;

/// <summary>Keeps what was logged.</summary>
internal sealed class MessageLog<T> : ILogger<T>
{
    private readonly List<(LogLevel Level, string Message)> _messages = [];

    public IReadOnlyList<(LogLevel Level, string Message)> Messages
    {
        get
        {
            lock (_messages) return [.. _messages];
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_messages) _messages.Add((logLevel, formatter(state, exception)));
    }
}
