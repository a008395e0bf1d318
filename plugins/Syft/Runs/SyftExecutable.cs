using System.Text.Json;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Tools;

namespace RegistryOperator.Plugins.Syft.Runs;

/// <summary>Finds Syft and asks it for its version, anew only where the file has changed.</summary>
internal sealed class SyftExecutable(SyftOptions options, IToolRunner tools)
{
    private const string Name = "syft";
    private const long LargestVersionOutput = 64 * 1024;

    private volatile Probe? _last;

    /// <summary>What to do where Syft is not there.</summary>
    public string Missing => options.Path is { } path
        ? $"Syft is not at {path}, or may not be executed: correct Plugins:Syft:Path, or remove it to look for `{Name}` on the PATH."
        : $"Syft is not installed: put `{Name}` on the PATH or into the plugin's folder, or set Plugins:Syft:Path to it.";

    /// <summary>The full path, or null where it is nowhere.</summary>
    public string? Find() => tools.Find(Name, options.Path);

    /// <summary>Whether Syft works, and which version it is.</summary>
    public async Task<ScannerReadiness> CheckAsync(CancellationToken cancellationToken)
    {
        if (Find() is not { } path) return ScannerReadiness.Unavailable(Missing);
        var state = FileState.Of(path);
        // What fails is asked again each time: the cause may lie outside of the file.
        if (_last is { } last && last.State == state) return ScannerReadiness.Ready(last.Version);
        try
        {
            var version = await AskAsync(path, cancellationToken);
            _last = new Probe(state, version);
            return ScannerReadiness.Ready(version);
        }
        catch (ScanException exception)
        {
            return ScannerReadiness.Unavailable(exception.Message);
        }
    }

    private async Task<string> AskAsync(string path, CancellationToken cancellationToken)
    {
        var result = await tools.RunAsync(
            new ToolCommand
            {
                Executable = path,
                Arguments = ["version", "-o", "json"],
                Environment = SyftEnvironment.Always,
                MaximumOutput = LargestVersionOutput,
            },
            cancellationToken);
        if (result.ExitCode != 0)
            throw Unusable($"`{path} version` ended with exit code {result.ExitCode}: {SyftFailure.Describe(result)}");
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
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record FileState(string Path, DateTime LastWrite, long Length)
    {
        public static FileState Of(string path)
        {
            // Packages install links; what counts is the file behind.
            var file = new FileInfo(path);
            try
            {
                var target = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
                return new FileState(target.FullName, target.LastWriteTimeUtc, target.Length);
            }
            catch (IOException)
            {
                // Replaced in between: asked anew next time.
                return new FileState(path, default, Length: 0);
            }
        }
    }

    private sealed record Probe(FileState State, string Version);
}
