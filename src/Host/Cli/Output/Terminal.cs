using RegistryOperator.Host.Text;
using Spectre.Console;

namespace RegistryOperator.Host.Cli.Output;

/// <summary>
/// Where the process reads and writes. Results go to standard output; progress and errors to standard error. Text for people goes through
/// <see cref="TerminalText"/>; what is written for programs keeps its own escapes.
/// </summary>
internal sealed class Terminal
{
    /// <summary>The environment variable that has stack traces of unexpected exceptions printed.</summary>
    public const string StackTraceVariable = "RO_StackTrace";

    public required TextReader In { get; init; }

    public required TextWriter Out { private get; init; }

    public required TextWriter Error { private get; init; }

    /// <summary>Standard output for bytes that must not be re-encoded; null where there is the writer only.</summary>
    public Stream? OutBytes { private get; init; }

    /// <summary>True where a person watches the error stream: only then is progress shown.</summary>
    public required bool ShowsProgress { get; init; }

    /// <summary>Where progress is drawn; null for the error stream.</summary>
    public IAnsiConsole? ProgressConsole { private get; init; }

    /// <summary>Width of the window in columns; null where standard output is not a terminal, and nothing is wrapped.</summary>
    public int? Width { get; init; }

    /// <summary>True where the window shows colours.</summary>
    public bool HasColors { get; init; }

    /// <summary>True where stack traces of unexpected exceptions are printed.</summary>
    public bool ShowsStackTraces { get; init; }

    /// <summary>True where this is the process's own standard output.</summary>
    private bool IsProcess { get; init; }

    /// <summary>
    /// Keeps standard output for results: what anything else prints from here on, such as a plugin by <see cref="Console"/>, goes to standard error.
    /// </summary>
    public void KeepOutput()
    {
        if (IsProcess) Console.SetOut(Console.Error);
    }

    /// <summary>The process's own streams.</summary>
    public static Terminal Process()
    {
        // It knows the window's width, and what the window can show.
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Out) });
        return new Terminal
        {
            IsProcess = true,
            In = Console.In,
            Out = Console.Out,
            Error = Console.Error,
            OutBytes = Console.OpenStandardOutput(),
            ShowsProgress = !Console.IsErrorRedirected,
            Width = Console.IsOutputRedirected ? null : console.Profile.Width,
            HasColors = !Console.IsOutputRedirected && console.Profile.Capabilities is { Ansi: true, ColorSystem: not ColorSystem.NoColors },
            ShowsStackTraces = Environment.GetEnvironmentVariable(StackTraceVariable) is { Length: > 0 },
        };
    }

    /// <summary>Prints a line of the result for people.</summary>
    /// <exception cref="OutputException">It can't be written.</exception>
    public void WriteLine(params ReadOnlySpan<TerminalText> parts)
    {
        var line = "";
        foreach (var part in parts) line += Paint(part.Text, part.Tone);
        Write(line + "\n");
    }

    /// <summary>Prints a table for people.</summary>
    /// <exception cref="OutputException">It can't be written.</exception>
    public void Write(TextTable table) => Write(string.Concat(table.Render(Width, Paint).Select(line => line + "\n")));

    /// <summary>Prints what a program reads, as it is.</summary>
    /// <exception cref="OutputException">It can't be written.</exception>
    public void WriteDocument(string document) => Write(document);

    /// <summary>Prints what a program reads, byte by byte.</summary>
    /// <exception cref="OutputException">It can't be written.</exception>
    public void WriteDocument(ReadOnlySpan<byte> document)
    {
        if (OutBytes is null)
        {
            Write(System.Text.Encoding.UTF8.GetString(document));
            return;
        }

        try
        {
            OutBytes.Write(document);
            OutBytes.Flush();
        }
        catch (Exception failure) when (IsUnwritable(failure))
        {
            throw new OutputException(failure);
        }
    }

    /// <summary>Prints a line to standard error. A failure to write there is ignored: it can't be reported, and the result counts.</summary>
    public void WriteError(TerminalText line)
    {
        try
        {
            Error.Write(line.Text + "\n");
        }
        catch (Exception failure) when (IsUnwritable(failure))
        {
            // See above.
        }
    }

    /// <summary>A console for progress on the error stream.</summary>
    public IAnsiConsole CreateProgressConsole() => ProgressConsole ?? AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Error) });

    private void Write(string text)
    {
        try
        {
            Out.Write(text);
            Out.Flush();
        }
        catch (Exception failure) when (IsUnwritable(failure))
        {
            throw new OutputException(failure);
        }
    }

    // The second is what the runtime throws for a stream that was closed before the process started.
    private static bool IsUnwritable(Exception failure) => failure is IOException or UnauthorizedAccessException;

    private string Paint(string text, Tone tone) => tone switch
    {
        _ when !HasColors || text.Length == 0 => text,
        Tone.Strong => $"\u001b[1m{text}\u001b[0m",
        Tone.Good => $"\u001b[32m{text}\u001b[0m",
        Tone.Warning => $"\u001b[33m{text}\u001b[0m",
        Tone.Bad => $"\u001b[31m{text}\u001b[0m",
        _ => text,
    };
}

/// <summary>The output can't be written, e.g. to a full disk. A pipe whose reader is gone does not count: the runtime discards what is written to it.</summary>
internal sealed class OutputException(Exception failure) : Exception($"The output could not be written: {failure.Message}", failure);
