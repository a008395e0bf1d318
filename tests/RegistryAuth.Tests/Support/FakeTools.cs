using RegistryOperator.Abstractions.Tools;

namespace RegistryOperator.RegistryAuth.Tests.Support;

/// <summary>Credential helpers that answer as told.</summary>
internal sealed class FakeTools : IToolRunner
{
    public Dictionary<string, (int ExitCode, string Output)> Answers { get; } = new(StringComparer.Ordinal);

    public List<ToolCommand> Runs { get; } = [];

    /// <summary>Runs wait for it; null for no waiting.</summary>
    public TaskCompletionSource? Gate { get; set; }

    /// <summary>Ends when the first run has begun.</summary>
    public TaskCompletionSource Started { get; } = new();

    public string? Find(string name, string? configured = null) => Answers.ContainsKey(name) ? "/usr/bin/" + name : null;

    public IToolFolder CreateFolder() => throw new NotSupportedException();

    public async Task<ToolResult> RunAsync(ToolCommand command, CancellationToken cancellationToken)
    {
        Runs.Add(command);
        Started.TrySetResult();
        if (Gate is not null) await Gate.Task.WaitAsync(cancellationToken);
        var (exitCode, output) = Answers[Path.GetFileName(command.Executable)];
        return new ToolResult(exitCode, output, "", TimeSpan.Zero, null);
    }
}
