using Spectre.Console;

namespace RegistryOperator.Host.Cli;

/// <summary>Where the process reads and writes. Results go to the output; progress and what went wrong to the error stream.</summary>
internal sealed record Terminal
{
    /// <summary>Wide enough that no column wraps when nobody measures the window.</summary>
    private const int WidthWithoutTerminal = 200;

    public required TextReader In { get; init; }

    public required TextWriter Out { get; init; }

    public required TextWriter Error { get; init; }

    /// <summary>The output for what must not be changed, not even in its encoding; null where there is the writer only.</summary>
    public Stream? OutBytes { get; init; }

    /// <summary>True where a person watches the error stream: only then is progress shown.</summary>
    public required bool ShowsProgress { get; init; }

    /// <summary>True where the output is a window.</summary>
    public required bool IsOutputTerminal { get; init; }

    /// <summary>The process's own streams.</summary>
    public static Terminal Process() => new()
    {
        In = Console.In,
        Out = Console.Out,
        Error = Console.Error,
        OutBytes = Console.OpenStandardOutput(),
        ShowsProgress = !Console.IsErrorRedirected,
        IsOutputTerminal = !Console.IsOutputRedirected,
    };

    /// <summary>A console for tables on the output.</summary>
    public IAnsiConsole CreateOutputConsole() => Create(Out, IsOutputTerminal);

    /// <summary>A console for progress on the error stream.</summary>
    public IAnsiConsole CreateErrorConsole() => Create(Error, ShowsProgress);

    private static IAnsiConsole Create(TextWriter writer, bool isTerminal)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            Interactive = isTerminal ? InteractionSupport.Detect : InteractionSupport.No,
        });
        if (!isTerminal) console.Profile.Width = WidthWithoutTerminal;
        return console;
    }
}
