using RegistryOperator.Abstractions.Tools;

namespace RegistryOperator.RegistryAuth.Tests.Support;

/// <summary>Credential helpers that answer as told.</summary>
internal sealed class FakeTools : IToolRunner
{
    public Dictionary<string, (int ExitCode, string Output)> Answers { get; } = new(StringComparer.Ordinal);

    public List<ToolCommand> Runs { get; } = [];

    public string? Find(string name, string? configured = null) => Answers.ContainsKey(name) ? "/usr/bin/" + name : null;

    public IToolFolder CreateFolder() => throw new NotSupportedException();

    public Task<ToolResult> RunAsync(ToolCommand command, CancellationToken cancellationToken)
    {
        Runs.Add(command);
        var (exitCode, output) = Answers[Path.GetFileName(command.Executable)];
        return Task.FromResult(new ToolResult(exitCode, output, "", TimeSpan.Zero, null));
    }
}
