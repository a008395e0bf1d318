using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Authentication;
using RegistryOperator.Oci.Transport;

namespace RegistryOperator.Oci.Tests.Support;

/// <summary>An executor of one client, whose requests a server in the process answers with the manifest: for what a reader of responses throws.</summary>
internal sealed class ExecutorSandbox : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);
    private readonly FaultServer _server;
    private readonly RegistryMeter _meter;
    private readonly ConnectionPools _pools;
    private readonly RegistryHost _host;

    public ExecutorSandbox()
    {
        _server = Task.Run(() => FaultServer.StartAsync(Answers.ManifestAsync)).GetAwaiter().GetResult();
        var options = OciClientOptions.Default with { MaximumConcurrency = 1 };
        _meter = new RegistryMeter(Clock);
        _pools = new ConnectionPools(options, _meter, Clock);
        _host = new RegistryHost(_server.Url, options, Clock);
        var errors = new RegistryErrors(_host.Root, TestClient.Repository, RegistryCredential.Anonymous, Clock);
        var connections = new ConnectionSource(_pools, new ConnectionPoolKey(_host.Root, TransportSecurity.Default));
        var authorizer = new Authorizer(
            _host,
            new HostChallenge(),
            TestClient.Repository,
            new CredentialChain(RegistryCredential.Anonymous, new CredentialIdentity()),
            new TokenCache(Clock),
            connections,
            options.Outbound,
            Timeout,
            errors,
            Clock);
        Executor = new RequestExecutor(
            _host, connections, authorizer, errors, new RegistryRetryOptions(Timeout, 0, TimeSpan.Zero), options.MaximumPause, Clock, NullLogger.Instance);
        Request = new RegistryRequest(
            HttpMethod.Get, new Uri(_server.Url, "/v2/a/b/manifests/latest"), new RequestTarget(RequestTargetKind.Manifest, "latest"));
    }

    public FakeTimeProvider Clock { get; } = new();

    public RequestExecutor Executor { get; }

    public RegistryRequest Request { get; }

    /// <summary>Closes the connections for good: first the idle ones, then all.</summary>
    public void CloseConnections()
    {
        Clock.Advance(OciClientOptions.Default.ConnectionPoolIdleTime);
        _pools.Get(new ConnectionPoolKey("https://another.example", TransportSecurity.Default));
        _pools.Dispose();
    }

    public void Dispose()
    {
        _pools.Dispose();
        _meter.Dispose();
        Task.Run(async () => await _server.DisposeAsync()).GetAwaiter().GetResult();
    }
}
