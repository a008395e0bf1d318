using Microsoft.Extensions.Logging;

namespace RegistryOperator.Host.Tests.Support;

/// <summary>Keeps what is logged, by all that it is given to.</summary>
internal class MessageLog : ILogger
{
    private readonly List<(LogLevel Level, string Message, Exception? Exception)> _entries = [];

    public IReadOnlyList<(LogLevel Level, string Message, Exception? Exception)> Entries
    {
        get
        {
            lock (_entries) return [.. _entries];
        }
    }

    public IReadOnlyList<(LogLevel Level, string Message)> Messages => [.. Entries.Select(entry => (entry.Level, entry.Message))];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_entries) _entries.Add((logLevel, formatter(state, exception), exception));
    }
}

/// <summary>The same for one type.</summary>
internal sealed class MessageLog<T> : MessageLog, ILogger<T>;

/// <summary>Gives one log to all that ask for one.</summary>
internal sealed class MessageLogFactory(MessageLog log) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) => log;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }
}
