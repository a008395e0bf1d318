using System.Text;
using RegistryOperator.Abstractions.Tools;
using RegistryOperator.Tests.Servers;
using RegistryOperator.Tests.Servers.Processes;
using ToolResult = RegistryOperator.Abstractions.Tools.ToolResult;

namespace RegistryOperator.Integration.Tests.Docs.Examples;

/// <summary>Runs tools for a scanner that is tried without the host, which brings a stricter one.</summary>
internal sealed class ProcessToolRunner : IToolRunner
{
    public string? Find(string name, string? configured = null) => configured ?? (ServerBinaries.Has(name) ? ServerBinaries.Find(name) : null);

    public IToolFolder CreateFolder() => new Folder();

    public async Task<ToolResult> RunAsync(ToolCommand command, CancellationToken cancellationToken)
    {
        var result = await Tool.RunAsync(command.Executable, command.Arguments, environment: command.Environment, cancellationToken: cancellationToken);
        if (command.OutputFile is { } file) await File.WriteAllTextAsync(file, result.Output, new UTF8Encoding(false), cancellationToken);
        return new ToolResult(result.ExitCode, command.OutputFile is null ? result.Output : "", result.Error, TimeSpan.Zero, PeakMemory: null);
    }

    private sealed class Folder : IToolFolder
    {
        private readonly TemporaryFolder _folder = new("tool");

        public string Path => _folder.Path;

        public async Task<string> WriteFileAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
        {
            await File.WriteAllBytesAsync(_folder.File(name), content, cancellationToken);
            return _folder.File(name);
        }

        public ValueTask DisposeAsync()
        {
            _folder.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
