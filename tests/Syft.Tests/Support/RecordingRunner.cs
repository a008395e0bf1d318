using RegistryOperator.Abstractions.Tools;
using RegistryOperator.Tests.Servers.Processes;
using ToolResult = RegistryOperator.Abstractions.Tools.ToolResult;

namespace RegistryOperator.Syft.Tests.Support;

/// <summary>Runs nothing: records the commands and answers as told. Real runs are in <c>Real</c>.</summary>
internal sealed class RecordingRunner : IToolRunner, IDisposable
{
    public const string VersionAnswer = """{"application":"syft","version":"1.18.1"}""";

    private readonly TemporaryFolder _folder = new("syft");

    public RecordingRunner()
    {
        Executable = _folder.Write("syft", "");
    }

    /// <summary>The file that is Syft; null where there is none.</summary>
    public string? Executable { get; set; }

    public List<ToolCommand> Commands { get; } = [];

    public string? Configured { get; private set; }

    /// <summary>The folders made; each keeps its path after it is gone.</summary>
    public List<string> Folders { get; } = [];

    /// <summary>What a run answers; output goes to the file where the command names one.</summary>
    public Func<ToolCommand, (int ExitCode, string Output, string Error)> Answer { get; set; } = _ => (0, VersionAnswer, "");

    public string? Find(string name, string? configured = null)
    {
        name.ShouldBe("syft");
        Configured = configured;
        return Executable;
    }

    public IToolFolder CreateFolder()
    {
        var folder = new Folder();
        Folders.Add(folder.Path);
        return folder;
    }

    public async Task<ToolResult> RunAsync(ToolCommand command, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Commands.Add(command);
        var (exitCode, output, error) = Answer(command);
        // What the tool wrote is there even where its end is that of a cancellation.
        if (command.OutputFile is { } file) await File.WriteAllTextAsync(file, output, CancellationToken.None);
        return new ToolResult(exitCode, command.OutputFile is null ? output : "", error, TimeSpan.FromSeconds(1), PeakMemory: null);
    }

    public void Dispose() => _folder.Dispose();

    private sealed class Folder : IToolFolder
    {
        private readonly TemporaryFolder _folder = new("run");

        public string Path => _folder.Path;

        public Task<string> WriteFileAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
            Task.FromResult(_folder.Write(name, System.Text.Encoding.UTF8.GetString(content.Span)));

        public ValueTask DisposeAsync()
        {
            _folder.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
