using Microsoft.Extensions.Logging;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Authentication;
using RegistryOperator.Oci.Reading;
using RegistryOperator.Oci.Transport;
using RegistryOperator.Shared;

namespace RegistryOperator.Oci.Client;

/// <summary>
/// Makes clients for every registry that speaks the OCI distribution API or Docker's v2 over <c>https://</c> or <c>http://</c>. One provider serves
/// the whole process: it owns what its clients share, which are connections, tokens, cached pages of tags and the state of each host.
/// </summary>
public sealed class OciRegistryClientProvider : IRegistryClientProvider, IDisposable
{
    private readonly OciClientOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly RegistryMeter _meter;
    private readonly ConnectionPools _connections;
    private readonly TokenCache _tokens;
    private readonly TagPageCache _tagPages;
    private readonly LargePages _largePages;
    private readonly CredentialIdentity _identities = new();
    private readonly AcceptedCredentials _accepted = new();
    private readonly BoundedCache<string, PullAllowance> _allowances;
    private readonly HostStates _hosts;

    /// <summary>Creates the provider.</summary>
    /// <param name="options">Limits and settings.</param>
    /// <param name="time">The clock of every delay, deadline and expiry.</param>
    /// <param name="loggerFactory">Where retries are logged, at debug level.</param>
    public OciRegistryClientProvider(OciClientOptions options, TimeProvider time, ILoggerFactory loggerFactory)
    {
        _options = options;
        _time = time;
        _logger = loggerFactory.CreateLogger<OciRegistryClientProvider>();
        _meter = new RegistryMeter(time);
        _connections = new ConnectionPools(options, _meter, time);
        _tokens = new TokenCache(time);
        _tagPages = new TagPageCache(options.CachedTagBytes);
        _allowances = new BoundedCache<string, PullAllowance>(options.MaximumHosts, comparer: StringComparer.OrdinalIgnoreCase);
        _hosts = new HostStates(options, _identities, time);
        _largePages = new LargePages(options);
    }

    /// <inheritdoc/>
    public string Name => "oci";

    /// <inheritdoc/>
    public bool CanServe(Uri registry) => registry is { IsAbsoluteUri: true, Scheme: "https" or "http" };

    /// <inheritdoc/>
    public IRegistryClient CreateClient(RegistryClientRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var repository = RepositoryNames.Normalize(request.Repository);
        var security = repository.Registry.Scheme == Uri.UriSchemeHttp ? TransportSecurity.Default : request.Security;
        var state = _hosts.Get(repository.Registry, security);
        var host = state.Host;
        var repositoryUrl = $"{host.Root}/v2/{repository.Repository}";
        var timeout = request.Retry.RequestTimeout;

        var errors = new RegistryErrors(host.Root, repository.Repository, request.Credential, _time, _options.UsesLocalLogins);
        var connections = new ConnectionSource(_connections, new ConnectionPoolKey(host.Root, security));
        var identity = _identities.Of(request.Credential);
        var credentials = new CredentialChain(request.Credential, _identities, _accepted, $"{host.Key} {repository.Repository}");
        var authorizer = new Authorizer(
            host, state.Challenge, repository.Repository, credentials, _tokens, connections, _options.Outbound, timeout, errors, _time);
        var allowances = new ClientAllowances(credentials.Count, index => AllowanceOf($"{host.Key} {credentials[index].Identity}"));
        Action<RegistryException, int, TimeSpan>? retrying = _options.Retrying is { } tell
            ? (failure, attempt, delay) => tell(new RegistryRetry(repository, failure, attempt, request.Retry.Attempts, delay))
            : null;
        var executor = new RequestExecutor(
            host, connections, authorizer, errors, request.Retry, _options.MaximumPause, _time, _logger, allowances.Of, retrying);
        var manifests = new ManifestReader(executor, repositoryUrl);
        var pages = new TagPages(_tagPages, $"{host.Key} {identity}");
        return new OciRegistryClient(
            repository,
            new TagReader(executor, state.Capabilities, repositoryUrl, pages, _largePages, request.Group, _options),
            manifests,
            new BlobReader(executor, repositoryUrl),
            new ReferrersReader(executor, state.Capabilities, manifests, repositoryUrl, _largePages, request.Group, _options),
            new LimitsReader(host.Budget, () => allowances.Of(credentials.Current)),
            credentials);
    }

    // All clients of one user share one.
    private PullAllowance AllowanceOf(string key)
    {
        lock (_allowances)
        {
            if (_allowances.Find(key) is { } known) return known;
            var allowance = new PullAllowance(_time);
            _allowances.Set(key, allowance);
            return allowance;
        }
    }

    /// <summary>Closes all connections. Its clients can't be used any more.</summary>
    public void Dispose()
    {
        _connections.Dispose();
        _meter.Dispose();
    }
}
