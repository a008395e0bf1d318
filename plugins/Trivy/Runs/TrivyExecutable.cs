using System.Text.Json;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Tools;
using RegistryOperator.Plugins.Shared;
using RegistryOperator.Plugins.Trivy.Options;
using RegistryOperator.Shared;

namespace RegistryOperator.Plugins.Trivy.Runs;

/// <summary>Finds Trivy, runs it, and queries its version, again only where the file has changed.</summary>
internal sealed class TrivyExecutable(TrivyOptions options, IToolRunner tools) : IDisposable
{
    /// <summary>What a user reads who has none.</summary>
    public const string NotInstalled = $"Trivy is not installed: put `{Name}` on the PATH, or set {TrivyOptions.Section}:Path. https://trivy.dev";

    private const string Name = "trivy";

    // The cache in files is locked by the process that has it open, and other processes fail after a few seconds.
    private readonly SemaphoreSlim? _cacheGate = options.CacheBackend == TrivyOptions.FileCache ? new SemaphoreSlim(1) : null;
    private readonly SemaphoreSlim _asking = new(1);
    private (ExecutableStamp Stamp, string Version)? _known;

    /// <summary>The full path; null where it is not installed.</summary>
    public string? Find() => tools.Find(Name, options.Path);

    /// <summary>Whether Trivy works, and which version it is; says nothing of its database.</summary>
    public async Task<ScannerReadiness> CheckAsync(CancellationToken cancellationToken)
    {
        if (Find() is not { } path)
        {
            return ScannerReadiness.Unavailable(
                options.Path is null ? NotInstalled : $"{TrivyOptions.Section}:Path is '{options.Path}', and there is no executable. {NotInstalled}");
        }

        try
        {
            return ScannerReadiness.Ready(await ReadVersionAsync(path, cancellationToken));
        }
        catch (ScanException exception)
        {
            return ScannerReadiness.Unavailable(exception.Message);
        }
    }

    /// <summary>Makes a private folder for one scan.</summary>
    public IToolFolder CreateFolder() => tools.CreateFolder();

    /// <summary>Runs Trivy to its end; a failure of Trivy is in the result.</summary>
    /// <exception cref="ScanException">It is not installed, can't be started, or writes more than allowed.</exception>
    public async Task<ToolResult> RunAsync(TrivyRun run, CancellationToken cancellationToken)
    {
        var path = Find() ?? throw new ScanException(ScanReasons.ScannerUnavailable, NotInstalled);
        var gate = run.OpensCache ? _cacheGate : null;
        if (gate is not null) await gate.WaitAsync(cancellationToken);
        try
        {
            return await tools.RunAsync(run.ToCommand(path, options), cancellationToken);
        }
        finally
        {
            gate?.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _cacheGate?.Dispose();
        _asking.Dispose();
    }

    // A process is started for it, so once for each file, and once for however many ask.
    private async Task<string> ReadVersionAsync(string path, CancellationToken cancellationToken)
    {
        await _asking.WaitAsync(cancellationToken);
        try
        {
            var stamp = ExecutableStamp.Of(path);
            if (_known is { } known && known.Stamp == stamp) return known.Version;
            var result = await RunAsync(new TrivyRun { Arguments = TrivyArguments.Version }, cancellationToken);
            var version = result.ExitCode == 0 ? ReadVersion(result.Output) : null;
            if (version is null)
            {
                throw new ScanException(
                    ScanReasons.ScannerUnavailable,
                    $"{path} is not a Trivy that works: 'trivy version --format json' ends with exit code {result.ExitCode} and no version. " +
                    "Install it anew: https://trivy.dev");
            }

            _known = (stamp, version);
            return version;
        }
        finally
        {
            _asking.Release();
        }
    }

    private static string? ReadVersion(string output)
    {
        try
        {
            using var document = JsonDocument.Parse(output);
            return document.RootElement is { ValueKind: JsonValueKind.Object } root
                && root.TryGetProperty("Version", out var version) && version.ValueKind is JsonValueKind.String && version.GetString() is { Length: > 0 } text
                    ? text
                    : null;
        }
        catch (Exception fault) when (JsonText.IsFault(fault))
        {
            return null;
        }
    }
}
