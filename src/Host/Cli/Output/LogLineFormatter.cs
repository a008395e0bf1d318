using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Cli.Output;

/// <summary>How log lines look.</summary>
internal sealed class LogLineOptions : ConsoleFormatterOptions
{
    public bool HasColors { get; set; }

    /// <summary>The clock of the lines.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;
}

/// <summary>Writes each log entry as one line, cleaned as everything that is shown: <c>TIME warn: CATEGORY[EVENT] message exception</c>.</summary>
internal sealed class LogLineFormatter(IOptionsMonitor<LogLineOptions> options) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "line";

    /// <summary>An exception's stack trace takes some thousand characters; what it quotes may be of any length.</summary>
    private const int LongestLine = 16 * 1024;

    private const string TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var current = options.CurrentValue;
        var (level, color) = Level(logEntry.LogLevel);
        var time = current.Time.GetUtcNow().UtcDateTime.ToString(TimestampFormat, CultureInfo.InvariantCulture);
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        var line = $"{logEntry.Category}[{logEntry.EventId.Id}] {message}{(logEntry.Exception is { } exception ? $" {exception}" : "")}";
        var shown = OutsideText.Visible(line.Length > LongestLine ? line[..LongestLine] + "…" : line);
        textWriter.Write($"{time} {(current.HasColors ? $"\u001b[{color}m{level}\u001b[0m" : level)}: {shown}\n");
    }

    private static (string Name, string Color) Level(LogLevel level) => level switch
    {
        LogLevel.Trace => ("trce", "90"),
        LogLevel.Debug => ("dbug", "90"),
        LogLevel.Information => ("info", "32"),
        LogLevel.Warning => ("warn", "33"),
        LogLevel.Error => ("fail", "31"),
        _ => ("crit", "31"),
    };
}
