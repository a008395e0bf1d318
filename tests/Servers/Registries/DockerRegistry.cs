using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Testing.Registries;
using RegistryOperator.Tests.Servers.Processes;

namespace RegistryOperator.Tests.Servers.Registries;

/// <summary>
/// A real <c>docker-registry</c> (2.8) on 127.0.0.1 with a data folder of its own. It has no Referrers API, lists tags in any
/// order and ignores <c>n</c> when it does, and refuses to delete by tag.
/// </summary>
public sealed class DockerRegistry : IAsyncDisposable
{
    private const string LogName = "registry.log";
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(20);

    private readonly TemporaryFolder _folder;
    private readonly ServerProcess _process;
    private readonly DockerRegistryOptions _options;
    private readonly HttpClient _http;

    private DockerRegistry(TemporaryFolder folder, ServerProcess process, DockerRegistryOptions options, int port)
    {
        _folder = folder;
        _process = process;
        _options = options;
        _http = options.Authority is { } authority ? new HttpClient(authority.CreateHandler()) : new HttpClient();
        Url = new Uri($"{(options.Authority is null ? "http" : "https")}://127.0.0.1:{port}");
        Log = new DockerAccessLog(folder.File(LogName), _http, Url);
    }

    /// <summary>The registry's URL.</summary>
    public Uri Url { get; }

    /// <summary>What it was asked.</summary>
    public DockerAccessLog Log { get; }

    /// <summary>Starts a registry that lets everyone in, over plain HTTP.</summary>
    public static Task<DockerRegistry> StartAsync(CancellationToken cancellationToken) => StartAsync(new DockerRegistryOptions(), cancellationToken);

    /// <summary>Starts a registry.</summary>
    public static async Task<DockerRegistry> StartAsync(DockerRegistryOptions options, CancellationToken cancellationToken)
    {
        var folder = new TemporaryFolder("docker-registry");
        DockerRegistry? registry = null;
        try
        {
            var port = FreePort.Find();
            var configuration = await DockerRegistryConfiguration.WriteAsync(folder, options, port, cancellationToken);
            var process = await ServerProcess.StartAsync(
                new ServerProcessOptions(ServerBinaries.Find("docker-registry"), ["serve", configuration], folder.File(LogName)));
            registry = new DockerRegistry(folder, process, options, port);
            await process.WaitUntilReadyAsync(registry.AnswersAsync, StartDeadline, cancellationToken);
            return registry;
        }
        catch
        {
            if (registry is not null) await registry.DisposeAsync();
            else folder.Dispose();
            throw;
        }
    }

    /// <summary>A pusher to this registry, with the credential it wants; it trusts the registry's certificate.</summary>
    public RegistryPusher CreatePusher() => new(Url, new RegistryPusherOptions
    {
        Credential = _options.Access switch
        {
            DockerRegistryAccess.BasicUser user => new RegistryCredential.UsernamePassword(user.Username, user.Password),
            DockerRegistryAccess.Tokens tokens => tokens.Server.AnyUser,
            _ => RegistryCredential.Anonymous,
        },
        Handler = _options.Authority?.CreateHandler(),
    });

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _process.DisposeAsync();
        _folder.Dispose();
    }

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        using var answer = await _http.GetAsync(new Uri(Url, "/v2/"), cancellationToken);
        return true;
    }
}
