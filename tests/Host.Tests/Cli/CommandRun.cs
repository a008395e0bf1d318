using System.Runtime.InteropServices;
using RegistryOperator.Host.Cli;
using RegistryOperator.Host.Cli.Output;

namespace RegistryOperator.Host.Tests.Cli;

/// <summary>How a run of the command line stands: what it reads, and what its output is.</summary>
internal sealed record CommandSetup
{
    public TextReader In { get; init; } = TextReader.Null;

    /// <summary>Columns of the window; null for a pipe.</summary>
    public int? Width { get; init; }

    public bool HasColors { get; init; }

    public bool ShowsProgress { get; init; }

    public bool ShowsStackTraces { get; init; }

    /// <summary>In the place of what is recorded.</summary>
    public TextWriter? Out { get; init; }

    /// <summary>A signal that came before it began.</summary>
    public PosixSignal? Signal { get; init; }
}

/// <summary>One run of <c>registry-operator</c>: what it printed and answered.</summary>
internal sealed record CommandRun(int ExitCode, string Output, string Error)
{
    public static Task<CommandRun> StartAsync(params string[] arguments) => StartAsync(new CommandSetup(), arguments);

    /// <summary>Runs it within this process.</summary>
    public static async Task<CommandRun> StartAsync(CommandSetup setup, params string[] arguments)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        using var bytes = new MemoryStream();
        var terminal = new Terminal
        {
            In = setup.In,
            Out = setup.Out ?? output,
            Error = error,
            OutBytes = bytes,
            ShowsProgress = setup.ShowsProgress,
            Width = setup.Width,
            HasColors = setup.HasColors,
            ShowsStackTraces = setup.ShowsStackTraces,
        };
        using var stop = new StopSignals();
        if (setup.Signal is { } signal) stop.Receive(signal);
        await using var ended = TestContext.Current.CancellationToken.Register(() => stop.Receive(PosixSignal.SIGTERM));
        var exitCode = await CommandLine.RunAsync(arguments, terminal, stop);
        return new CommandRun(exitCode, output + System.Text.Encoding.UTF8.GetString(bytes.ToArray()), error.ToString());
    }
}
