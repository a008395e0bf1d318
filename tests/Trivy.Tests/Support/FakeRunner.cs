using RegistryOperator.Abstractions.Tools;
using RegistryOperator.Tests.Servers.Processes;
using ToolResult = RegistryOperator.Abstractions.Tools.ToolResult;

namespace RegistryOperator.Trivy.Tests.Support;

/// <summary>Stands for a Trivy that does what a test says, where the real one can't be made to.</summary>
/// <param name="run">What a run does; its text becomes the output, in the file where one is asked for.</param>
internal sealed class FakeRunner(Func<ToolCommand, CancellationToken, Task<(int ExitCode, string Output, string Error)>> run) : IToolRunner
{
    private int _folders;

    /// <summary>A fake whose version is <paramref name="version"/> and that does everything else at once.</summary>
    public static FakeRunner Create(Func<ToolCommand, (int ExitCode, string Output, string Error)> run, string version = "0.68.2") => new((command, _) =>
        Task.FromResult(command.Arguments[0] == "version" ? (0, $$"""{"Version":"{{version}}"}""", "") : run(command)));

    public bool IsInstalled { get; init; } = true;

    public string? Find(string name, string? configured = null) => IsInstalled ? configured ?? "/opt/trivy" : null;

    /// <summary>How many runs have made themselves a folder.</summary>
    public int Folders => Volatile.Read(ref _folders);

    public IToolFolder CreateFolder()
    {
        Interlocked.Increment(ref _folders);
        return new Folder();
    }

    public async Task<ToolResult> RunAsync(ToolCommand command, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var (exitCode, output, error) = await run(command, cancellationToken);
        // What the tool wrote is there even where its end is that of a cancellation.
        if (command.OutputFile is { } file) await File.WriteAllTextAsync(file, output, CancellationToken.None);
        return new ToolResult(exitCode, command.OutputFile is null ? output : "", error, TimeSpan.Zero, PeakMemory: null);
    }

    private sealed class Folder : IToolFolder
    {
        private readonly TemporaryFolder _folder = new("fake");

        public string Path => _folder.Path;

        public Task<string> WriteFileAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
        {
            File.WriteAllBytes(_folder.File(name), content.ToArray());
            return Task.FromResult(_folder.File(name));
        }

        public ValueTask DisposeAsync()
        {
            _folder.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
