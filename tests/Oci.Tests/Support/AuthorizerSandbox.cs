using System.Net;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Authentication;
using RegistryOperator.Oci.Network;
using RegistryOperator.Oci.Transport;

namespace RegistryOperator.Oci.Tests.Support;

/// <summary>An authorizer of a registry that nobody runs: for what is decided before anything is sent.</summary>
internal sealed class AuthorizerSandbox : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(100);
    private readonly RegistryMeter _meter = new(TimeProvider.System);
    private readonly ConnectionPools _pools;
    private readonly RegistryHost _host;
    private readonly Authorizer _authorizer;

    public AuthorizerSandbox(Uri registry, RegistryCredential? credential = null, OutboundOptions? outbound = null)
    {
        var policy = new OutboundPolicy(outbound ?? new OutboundOptions());
        _pools = new ConnectionPools(OciClientOptions.Default with { Outbound = policy }, _meter, TimeProvider.System);
        _host = new RegistryHost(registry, OciClientOptions.Default, TimeProvider.System);
        credential ??= new RegistryCredential.UsernamePassword("bob", "pw");
        var errors = new RegistryErrors(_host.Root, "a/b", credential, TimeProvider.System);
        var connections = new ConnectionSource(_pools, new ConnectionPoolKey(_host.Root, TransportSecurity.Default));
        _authorizer = new Authorizer(
            _host, new HostChallenge(), "a/b", new CredentialChain(credential, new CredentialIdentity()), new TokenCache(TimeProvider.System), connections,
            policy, Timeout, errors, TimeProvider.System);
    }

    /// <summary>The answer to a challenge; what failed, where Basic is all that is left.</summary>
    public async Task<string?> AnswerAsync(string realm)
    {
        using var response = new HttpResponseMessage(HttpStatusCode.Unauthorized);
        response.Headers.TryAddWithoutValidation("WWW-Authenticate", $"Bearer realm=\"{realm}\"");
        var sent = new RequestAuthorization(null, 0);
        var answer = await _authorizer.AnswerAsync(response.Headers.NonValidated, sent, CancellationToken.None);
        return answer?.Failure is { } failure ? throw failure : answer?.Header;
    }

    public void Dispose()
    {
        _pools.Dispose();
        _meter.Dispose();
    }
}
