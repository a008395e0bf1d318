using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using NSubstitute;
using RegistryOperator.Host.Cli.Output;
using RegistryOperator.Host.Tests.Text;

namespace RegistryOperator.Host.Tests.Cli.Output;

public class LogLineFormatterTests
{
    [Theory]
    [InlineData(LogLevel.Trace, false, "trce")]
    [InlineData(LogLevel.Debug, false, "dbug")]
    [InlineData(LogLevel.Information, false, "info")]
    [InlineData(LogLevel.Warning, false, "warn")]
    [InlineData(LogLevel.Error, false, "fail")]
    [InlineData(LogLevel.Critical, false, "crit")]
    [InlineData(LogLevel.Information, true, "\u001b[32minfo\u001b[0m")]
    [InlineData(LogLevel.Warning, true, "\u001b[33mwarn\u001b[0m")]
    [InlineData(LogLevel.Error, true, "\u001b[31mfail\u001b[0m")]
    public void Write_Level_IsAWordAfterTheTime(LogLevel level, bool hasColors, string expected) =>
        Format(level, "done", hasColors: hasColors).ShouldBe($"2026-01-02T03:04:05.678Z {expected}: Some.Category[7] done\n");

    [Fact]
    public void Write_StrangersWords_AreOneCleanLine()
    {
        var line = Format(LogLevel.Warning, "tag \u001b[2Jv1\nfail: forged \u202Ex", new InvalidOperationException("a\nb\u0007"));

        TerminalTextTests.ShouldBeHarmless(line);
        line.ShouldEndWith("] tag \uFFFD[2Jv1 fail: forged \uFFFDx System.InvalidOperationException: a b\uFFFD\n");
        line.Count(character => character == '\n').ShouldBe(1);
    }

    private static string Format(LogLevel level, string message, Exception? exception = null, bool hasColors = false)
    {
        var options = Substitute.For<IOptionsMonitor<LogLineOptions>>();
        options.CurrentValue.Returns(new LogLineOptions
        {
            HasColors = hasColors,
            Time = new FakeTimeProvider(DateTimeOffset.Parse("2026-01-02T05:04:05.678+02:00")),
        });
        var formatter = new LogLineFormatter(options);
        var writer = new StringWriter();
        formatter.Write(new LogEntry<string>(level, "Some.Category", new EventId(7), message, exception, (state, _) => state), null, writer);
        return writer.ToString();
    }
}
