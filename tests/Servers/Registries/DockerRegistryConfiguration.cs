using RegistryOperator.Tests.Servers.Processes;

namespace RegistryOperator.Tests.Servers.Registries;

/// <summary>Writes docker-registry's configuration
/// (<see href="https://distribution.github.io/distribution/about/configuration/"/>).</summary>
internal static class DockerRegistryConfiguration
{
    /// <summary>Writes the configuration and the files it names.</summary>
    /// <returns>Its path.</returns>
    public static async Task<string> WriteAsync(TemporaryFolder folder, DockerRegistryOptions options, int port, CancellationToken cancellationToken) =>
        folder.Write("config.yml", $"""
            version: 0.1
            log:
              level: error
              accesslog:
                disabled: false
            storage:
              filesystem:
                rootdirectory: {folder.File("data")}
              delete:
                enabled: true
              cache:
                blobdescriptor: inmemory
              maintenance:
                uploadpurging:
                  enabled: false
            health:
              storagedriver:
                enabled: false
            {WriteHttp(folder, options, port)}
            {await WriteAccessAsync(folder, options.Access, cancellationToken)}
            """);

    private static string WriteHttp(TemporaryFolder folder, DockerRegistryOptions options, int port)
    {
        var http = $"""
            http:
              addr: 127.0.0.1:{port}
              secret: test
            """;
        if (options.Authority is null) return http;
        var issued = options.Authority.Issue("CN=docker-registry", "127.0.0.1", "localhost");
        return $"""
            {http}
              tls:
                certificate: {folder.Write("server.crt", issued.CertificatePem)}
                key: {folder.Write("server.key", issued.KeyPem)}
            """;
    }

    private static async Task<string> WriteAccessAsync(TemporaryFolder folder, DockerRegistryAccess access, CancellationToken cancellationToken) =>
        access switch
        {
            DockerRegistryAccess.BasicUser user => $"""
                auth:
                  htpasswd:
                    realm: test
                    path: {await WriteUserAsync(folder, user, cancellationToken)}
                """,
            DockerRegistryAccess.Tokens { Server: var server } => $"""
                auth:
                  token:
                    realm: {server.Realm}
                    service: {TokenServer.Service}
                    issuer: {TokenServer.Issuer}
                    rootcertbundle: {folder.Write("tokens.crt", server.CertificatePem)}
                """,
            _ => "",
        };

    private static async Task<string> WriteUserAsync(TemporaryFolder folder, DockerRegistryAccess.BasicUser user, CancellationToken cancellationToken)
    {
        // docker-registry takes bcrypt only, which .NET does not have. The password goes through standard input.
        var result = await Tool.RunAsync(ServerBinaries.Find("htpasswd"), ["-Bni", user.Username], input: user.Password, cancellationToken: cancellationToken);
        return folder.Write("htpasswd", result.EnsureSuccess().Output);
    }
}
