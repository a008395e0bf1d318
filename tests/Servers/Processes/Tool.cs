namespace RegistryOperator.Tests.Servers.Processes;

/// <summary>How a tool ended.</summary>
/// <param name="Command">Its name and arguments, for messages.</param>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Error">Its standard error.</param>
public sealed record ToolResult(string Command, int ExitCode, string Output, string Error)
{
    /// <summary>This result, where the tool succeeded.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message has what it printed.</exception>
    public ToolResult EnsureSuccess() =>
        ExitCode == 0 ? this : throw new InvalidOperationException($"'{Command}' ended with exit code {ExitCode}: {Error}{Output}");
}

/// <summary>Runs tools to their end.</summary>
public static class Tool
{
    private static readonly TimeSpan DefaultDeadline = TimeSpan.FromMinutes(1);

    /// <summary>Runs a tool.</summary>
    /// <param name="program">Its path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="input">Its standard input; null for none.</param>
    /// <param name="environment">Variables set beside the inherited ones.</param>
    /// <param name="deadline">How long it may take; null for a minute.</param>
    /// <param name="cancellationToken">Kills it.</param>
    /// <exception cref="TimeoutException">It took too long and was killed.</exception>
    public static async Task<ToolResult> RunAsync(
        string program,
        IReadOnlyList<string> arguments,
        string? input = null,
        IReadOnlyDictionary<string, string>? environment = null,
        TimeSpan? deadline = null,
        CancellationToken cancellationToken = default)
    {
        var command = $"{Path.GetFileName(program)} {string.Join(' ', arguments)}";
        var options = new ChildProcessOptions(program, arguments);
        using var process = await ChildProcess.StartAsync(environment is null ? options : options with { Environment = environment });
        var output = process.Output.ReadToEndAsync(CancellationToken.None);
        var error = process.Error.ReadToEndAsync(CancellationToken.None);
        try
        {
            await WriteAsync(process.Input, input);
            await process.Exited.WaitAsync(deadline ?? DefaultDeadline, TimeProvider.System, cancellationToken);
        }
        catch (TimeoutException tooLong)
        {
            throw new TimeoutException($"'{command}' had not ended after {(deadline ?? DefaultDeadline).TotalSeconds:0} s.", tooLong);
        }
        finally
        {
            await process.StopAsync(TimeSpan.Zero);
        }

        return new ToolResult(command, process.ExitCode, await output, await error);
    }

    private static async Task WriteAsync(StreamWriter to, string? input)
    {
        try
        {
            if (input is not null) await to.WriteAsync(input);
            to.Close();
        }
        catch (IOException)
        {
            // The tool ended without reading all of it; its exit code tells whether that is a failure.
        }
    }
}
