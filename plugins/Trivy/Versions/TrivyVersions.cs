using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Plugins.Trivy.Databases;
using RegistryOperator.Plugins.Trivy.Runs;

namespace RegistryOperator.Plugins.Trivy.Versions;

/// <summary>Determines whether Trivy can find vulnerabilities, and its version, its server's and its database's.</summary>
internal sealed class TrivyVersions(TrivyExecutable executable, TrivyServer? server, TrivyDatabase database)
{
    /// <summary>The readiness. Starts the download of a newer database where one is due, since nothing else would: results that are repeatable are only
    /// made again when the database's version has changed.</summary>
    public async Task<ScannerReadiness> CheckAsync(CancellationToken cancellationToken)
    {
        var readiness = await executable.CheckAsync(cancellationToken);
        if (!readiness.IsReady) return readiness;
        if (server is not null) return await CheckServerAsync(server, readiness, cancellationToken);
        var current = await database.FindAsync(cancellationToken);
        if (database.ExplainMissing(current) is { } reason) return ScannerReadiness.Unavailable(reason);
        if (current is null) return readiness;
        database.RefreshInBackground(current);
        return readiness with { DatabaseVersion = current.Version, DatabaseUpdated = current.UpdatedAt };
    }

    private static async Task<ScannerReadiness> CheckServerAsync(TrivyServer server, ScannerReadiness client, CancellationToken cancellationToken)
    {
        var (version, reason) = await server.ReadAsync(cancellationToken);
        if (version is null) return ScannerReadiness.Unavailable(reason!);
        // The server matches, the client finds the packages: a change of either may change the result.
        var isOther = version.Version is { Length: > 0 } && version.Version != client.ToolVersion;
        return client with
        {
            ToolVersion = isOther ? $"{client.ToolVersion} (server {version.Version})" : client.ToolVersion,
            DatabaseVersion = version.Database?.Version,
            DatabaseUpdated = version.Database?.UpdatedAt,
        };
    }
}
