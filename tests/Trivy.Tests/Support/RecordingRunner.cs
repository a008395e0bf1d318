using System.Collections.Immutable;
using RegistryOperator.Abstractions.Tools;

namespace RegistryOperator.Trivy.Tests.Support;

/// <summary>Passes everything on, and keeps what Trivy was started with.</summary>
internal sealed class RecordingRunner(IToolRunner inner) : IToolRunner
{
    private ImmutableList<ToolCommand> _commands = [];

    /// <summary>The commands run, in order.</summary>
    public IReadOnlyList<ToolCommand> Commands => _commands;

    /// <summary>The commands' first arguments: <c>image</c>, <c>sbom</c>, <c>convert</c>, <c>version</c>.</summary>
    public IReadOnlyList<string> Verbs => [.. _commands.Select(command => command.Arguments[0])];

    /// <summary>Forgets the commands.</summary>
    public void Clear() => _commands = [];

    public string? Find(string name, string? configured = null) => inner.Find(name, configured);

    public IToolFolder CreateFolder() => inner.CreateFolder();

    public Task<ToolResult> RunAsync(ToolCommand command, CancellationToken cancellationToken)
    {
        ImmutableInterlocked.Update(ref _commands, commands => commands.Add(command));
        return inner.RunAsync(command, cancellationToken);
    }
}
