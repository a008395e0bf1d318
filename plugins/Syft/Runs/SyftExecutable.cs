using System.Text.Json;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Tools;
using RegistryOperator.Plugins.Shared;
using RegistryOperator.Plugins.Syft.Options;
using RegistryOperator.Shared;

namespace RegistryOperator.Plugins.Syft.Runs;

/// <summary>Finds Syft, runs it, and queries its version, again only where the file has changed.</summary>
internal sealed class SyftExecutable(SyftOptions options, IToolRunner tools)
{
    private const string Name = "syft";
    private const long LargestVersionOutput = 64 * 1024;

    private volatile Probe? _last;

    /// <summary>What a user reads who has none.</summary>
    public string NotInstalled => options.Path is { } path
        ? $"Syft is not at {path}, or may not be executed: correct {SyftOptions.Section}:Path, or remove it to look for `{Name}` on the PATH."
        : $"Syft is not installed: put `{Name}` on the PATH or into the plugin's folder, or set {SyftOptions.Section}:Path to it.";

    /// <summary>The full path; null where it is not installed.</summary>
    public string? Find() => tools.Find(Name, options.Path);

    /// <summary>Whether Syft works, and which version it is.</summary>
    public async Task<ScannerReadiness> CheckAsync(CancellationToken cancellationToken)
    {
        if (Find() is not { } path) return ScannerReadiness.Unavailable(NotInstalled);
        var stamp = ExecutableStamp.Of(path);
        // What fails is asked again each time: the cause may lie outside of the file.
        if (_last is { } last && last.Stamp == stamp) return ScannerReadiness.Ready(last.Version);
        try
        {
            var version = await AskAsync(path, cancellationToken);
            _last = new Probe(stamp, version);
            return ScannerReadiness.Ready(version);
        }
        catch (ScanException exception)
        {
            return ScannerReadiness.Unavailable(exception.Message);
        }
    }

    /// <summary>Makes a private folder for one scan.</summary>
    public IToolFolder CreateFolder() => tools.CreateFolder();

    /// <summary>Runs Syft to its end; a failure of Syft is in the result.</summary>
    /// <exception cref="ScanException">It is not installed, can't be started, or writes more than allowed.</exception>
    public Task<ToolResult> RunAsync(SyftRun run, CancellationToken cancellationToken)
    {
        var path = Find() ?? throw new ScanException(ScanReasons.ScannerUnavailable, NotInstalled);
        return tools.RunAsync(run.ToCommand(path) with { MaximumOutput = options.MaximumOutputBytes }, cancellationToken);
    }

    private async Task<string> AskAsync(string path, CancellationToken cancellationToken)
    {
        var result = await tools.RunAsync(
            new ToolCommand
            {
                Executable = path,
                Arguments = SyftArguments.Version,
                Environment = SyftEnvironment.Always,
                MaximumOutput = LargestVersionOutput,
            },
            cancellationToken);
        if (result.ExitCode != 0) throw Unusable($"`{path} version` ended with exit code {result.ExitCode}: {SyftFailure.Describe(result)}");
        return ReadVersion(result.Output) ?? throw Unusable($"`{path} version -o json` does not tell a version: it may not be Syft");
    }

    private static ScanException Unusable(string what) => new(ScanReasons.ScannerUnavailable, $"{what}. Install Syft 1.0 or later.");

    private static string? ReadVersion(string output)
    {
        try
        {
            using var document = JsonDocument.Parse(output);
            return document.RootElement is { ValueKind: JsonValueKind.Object } root
                && root.TryGetProperty("application", out var application) && application.ValueKind is JsonValueKind.String && application.ValueEquals(Name)
                && root.TryGetProperty("version", out var version) && version.ValueKind is JsonValueKind.String && version.GetString() is { Length: > 0 } text
                    ? text
                    : null;
        }
        catch (Exception fault) when (JsonText.IsFault(fault))
        {
            return null;
        }
    }

    private sealed record Probe(ExecutableStamp Stamp, string Version);
}
