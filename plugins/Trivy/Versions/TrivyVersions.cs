using System.Text.Json;
using System.Text.Json.Serialization;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Plugins.Trivy.Databases;
using RegistryOperator.Plugins.Trivy.Options;
using RegistryOperator.Plugins.Trivy.Running;

namespace RegistryOperator.Plugins.Trivy.Versions;

/// <summary>What Trivy prints for <c>version --format json</c>, and a server answers at <c>/version</c>.</summary>
internal sealed record TrivyVersion
{
    public string? Version { get; init; }

    [JsonPropertyName("VulnerabilityDB")]
    public DatabaseMetadata? Database { get; init; }
}

/// <summary>Tells whether Trivy can work, and with which versions of itself and of its database.</summary>
internal sealed class TrivyVersions(TrivyTool tool, TrivyServer? server, TrivyDatabase database, TrivyOptions options) : IDisposable
{
    private readonly SemaphoreSlim _asking = new(1);
    private (ExecutableStamp Stamp, string Version)? _known;

    /// <summary>Readiness to find vulnerabilities. Starts the download of a newer database where one is due, since nothing else would: results that are
    /// repeatable are only made again when the database's version has changed.</summary>
    public async Task<ScannerReadiness> CheckAsync(CancellationToken cancellationToken)
    {
        var readiness = await CheckToolAsync(cancellationToken);
        if (!readiness.IsReady) return readiness;
        if (server is not null) return await CheckServerAsync(server, readiness, cancellationToken);
        var current = await database.FindAsync(cancellationToken);
        if (database.ExplainMissing(current) is { } reason) return ScannerReadiness.Unavailable(reason);
        if (current is null) return readiness;
        database.RefreshInBackground(current);
        return readiness with { DatabaseVersion = current.Version, DatabaseUpdated = current.UpdatedAt };
    }

    /// <summary>Readiness of the executable alone.</summary>
    public async Task<ScannerReadiness> CheckToolAsync(CancellationToken cancellationToken)
    {
        if (tool.Find() is not { } path)
            return ScannerReadiness.Unavailable(options.Path is null ? TrivyTool.NotInstalled : $"{TrivyOptions.Section}:Path is '{options.Path}', and there is no executable. {TrivyTool.NotInstalled}");
        try
        {
            return ScannerReadiness.Ready(await ReadVersionAsync(path, cancellationToken));
        }
        catch (ScanException exception)
        {
            return ScannerReadiness.Unavailable(exception.Message);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _asking.Dispose();

    private static async Task<ScannerReadiness> CheckServerAsync(TrivyServer server, ScannerReadiness client, CancellationToken cancellationToken)
    {
        var (version, reason) = await server.ReadAsync(cancellationToken);
        if (version is null) return ScannerReadiness.Unavailable(reason!);
        return client with
        {
            // The server matches, the client finds the packages: a change of either may change the result.
            ToolVersion = version.Version is { Length: > 0 } other && other != client.ToolVersion ? $"{client.ToolVersion} (server {other})" : client.ToolVersion,
            DatabaseVersion = version.Database?.Version,
            DatabaseUpdated = version.Database?.UpdatedAt,
        };
    }

    // A process, so it is asked once for each file: one that is replaced has another time or size.
    private async Task<string> ReadVersionAsync(string path, CancellationToken cancellationToken)
    {
        await _asking.WaitAsync(cancellationToken);
        try
        {
            var stamp = ExecutableStamp.Of(path);
            if (_known is { } known && known.Stamp == stamp) return known.Version;
            var result = await tool.RunAsync(new TrivyCall { Arguments = ["version", "--format", TrivyArguments.Json] }, cancellationToken);
            var version = result.ExitCode == 0 ? Parse(result.Output) : null;
            if (version is null)
                throw new ScanException(ScanReasons.ScannerUnavailable, $"{path} is not a Trivy that works: 'trivy version --format json' ends with exit code {result.ExitCode} and no version. Install it anew: https://trivy.dev");
            _known = (stamp, version);
            return version;
        }
        finally
        {
            _asking.Release();
        }
    }

    private static string? Parse(string output)
    {
        try
        {
            return JsonSerializer.Deserialize(output, VersionJson.Default.TrivyVersion)?.Version is { Length: > 0 } version ? version : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private readonly record struct ExecutableStamp(string Path, DateTime Written, long Size)
    {
        public static ExecutableStamp Of(string path)
        {
            // Packages install links; what counts is the file behind.
            var file = new FileInfo(path);
            if (!file.Exists) return new ExecutableStamp(path, default, 0);
            try
            {
                var target = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
                return new ExecutableStamp(target.FullName, target.LastWriteTimeUtc, target.Length);
            }
            catch (IOException)
            {
                // Replaced in between: asked anew next time.
                return new ExecutableStamp(path, default, 0);
            }
        }
    }
}

[JsonSerializable(typeof(TrivyVersion))]
internal sealed partial class VersionJson : JsonSerializerContext;
