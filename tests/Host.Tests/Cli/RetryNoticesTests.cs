using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Host.Cli;
using RegistryOperator.Host.Cli.Output;
using RegistryOperator.Host.Hosting;
using RegistryOperator.Oci;
using Spectre.Console.Testing;

namespace RegistryOperator.Host.Tests.Cli;

public sealed class RetryNoticesTests
{
    private static readonly RegistryException Refused = new(RegistryErrorKind.Unreachable, "registry http://r: connection to r refused");

    [Fact]
    public void Retrying_NobodyWatches_IsNotTold() =>
        new RetryNotices(Terminal(new StringWriter(), isWatched: false)).With(new HostSettings()).Retrying.ShouldBeNull();

    [Fact]
    public void Retrying_SomebodyWatches_IsToldOnceForEachAttemptAtARegistry()
    {
        using var error = new StringWriter();
        var tell = new RetryNotices(Terminal(error, isWatched: true)).With(new HostSettings()).Retrying.ShouldNotBeNull();

        tell(Retry("http://r", 1));
        tell(Retry("http://r", 1));
        tell(Retry("http://r", 2));

        error.ToString().ShouldBe(
            "notice: registry http://r: connection to r refused: tried again in 5 s (1 of 3).\n"
            + "notice: registry http://r: connection to r refused: tried again in 5 s (2 of 3).\n");
    }

    [Fact]
    public async Task Retrying_WhileProgressIsDrawn_IsToldAboveIt()
    {
        var console = new TestConsole().Interactive().Width(200);
        using var error = new StringWriter();
        var terminal = Terminal(error, isWatched: true, console);
        var notices = new RetryNotices(terminal);
        var tell = notices.With(new HostSettings()).Retrying!;

        await RoundProgress.RunAsync(terminal, ["api"], name => name, "listing tags", (name, _, _) =>
        {
            tell(Retry("http://r", 1));
            return Task.FromResult(name);
        }, 1, TestContext.Current.CancellationToken, notices);
        tell(Retry("http://r", 2));

        console.Output.ShouldContain("tried again in 5 s (1 of 3).");
        error.ToString().ShouldContain("(2 of 3).");
        error.ToString().ShouldNotContain("(1 of 3).");
    }

    private static RegistryRetry Retry(string registry, int attempt) =>
        new(new RepositoryReference(new Uri(registry), "a/b"), Refused, attempt, 3, TimeSpan.FromSeconds(4.2));

    private static Terminal Terminal(TextWriter error, bool isWatched, TestConsole? console = null) =>
        new() { In = TextReader.Null, Out = TextWriter.Null, Error = error, ShowsProgress = isWatched, ProgressConsole = console };
}
