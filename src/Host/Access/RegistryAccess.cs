using System.Text;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Secrets;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Oci.Network;
using RegistryOperator.Oci.Transport;

namespace RegistryOperator.Host.Access;

/// <summary>Opens the repository of a resource: its Secrets, a credential from the first authenticator that has one, a client from the first provider
/// that serves the URL.</summary>
/// <param name="providers">The providers, in the order in which they are asked.</param>
/// <param name="authenticators">The authenticators, likewise.</param>
/// <param name="outbound">Where the operator may connect to.</param>
/// <param name="isShared">True where what is known of a digest serves all registries.</param>
/// <param name="usesLocalLogins">True where the logins of the person who runs the command may be used.</param>
/// <param name="warnOfLogins">Takes what keeps one from being used; null where nobody is told.</param>
internal sealed class RegistryAccess(
    IReadOnlyList<IRegistryClientProvider> providers, IReadOnlyList<IRegistryAuthenticator> authenticators, OutboundPolicy outbound, bool isShared = false,
    bool usesLocalLogins = false, Action<string>? warnOfLogins = null)
{
    /// <summary>Keys of a Secret that an error names.</summary>
    private const int MostKeys = 10;

    private readonly ReadRights _rights = new();

    /// <summary>Opens a client.</summary>
    /// <exception cref="RoundFailedException">A Secret is missing or unusable, or nothing serves the URL.</exception>
    /// <exception cref="RegistryException">The URL or the repository is not valid, or the URL's address is refused.</exception>
    public async Task<OpenedRegistry> OpenAsync(RegistryResource resource, ResourceSecrets secrets, CancellationToken cancellationToken)
    {
        var spec = resource.Spec;
        var repository = new RepositoryReference(new Uri(spec.Url), spec.Repository);
        var provider = providers.FirstOrDefault(candidate => candidate.CanServe(repository.Registry)) ?? throw NoProvider(repository);

        // Here for all clients, a plugin's too, and for the tools that are given this URL.
        await outbound.CheckRegistryAsync(repository.Registry, cancellationToken);
        var credential = await GetCredentialAsync(resource, repository, secrets, cancellationToken);
        secrets.Note(credential);
        var security = new TransportSecurity(spec.SkipsTlsVerification, await GetCertificateAuthoritiesAsync(resource, secrets, cancellationToken))
        {
            ClientCertificate = await GetClientCertificateAsync(resource, secrets, cancellationToken),
        };
        var group = resource.Metadata.Key.Namespace;
        var client = provider.CreateClient(new RegistryClientRequest
        {
            Repository = repository,
            Credential = credential,
            Security = security,
            Group = group,
            Retry = new RegistryRetryOptions(spec.EffectiveTimeout, spec.EffectiveRetryAttempts, spec.EffectiveRetryDelay),
        });
        return new OpenedRegistry(client, credential, security, outbound, _rights, isShared, group);
    }

    private async Task<RegistryCredential> GetCredentialAsync(
        RegistryResource resource, RepositoryReference repository, ResourceSecrets secrets, CancellationToken cancellationToken)
    {
        var sources = await CredentialSources.ReadAsync(resource.Spec, secrets, cancellationToken);
        var request = new RegistryAuthenticationRequest
        {
            Repository = repository,
            // Who names a Secret, or a service account, means these.
            AllowsLocalLogins = usesLocalLogins && sources.Count == 0 && string.IsNullOrEmpty(resource.Spec.ServiceAccountName),
            Warn = warnOfLogins,
        };
        if (sources is [var first, ..])
            request = request with { Sources = sources, Secret = first.Secret, UsernameKey = first.UsernameKey, PasswordKey = first.PasswordKey };

        foreach (var authenticator in authenticators)
        {
            if (await authenticator.GetCredentialAsync(request, cancellationToken) is { } credential) return credential;
        }

        // Continuing anonymously would report "unauthorized" for what is a missing plugin. What a service account has may be for other registries.
        return sources.Find(source => !source.IsOptional || authenticators.Count == 0) is { } named
            ? throw NoAuthenticator(CredentialSources.FieldOf(resource.Spec), named.Secret.Name)
            : RegistryCredential.Anonymous;
    }

    private static async Task<ClientCertificate?> GetClientCertificateAsync(
        RegistryResource resource, ResourceSecrets secrets, CancellationToken cancellationToken)
    {
        if (resource.Spec.ClientCertificateSecret is not { } named) return null;
        const string field = "spec.clientCertificateSecret";
        var certificate = await ReadAsync(named.EffectiveCertificateKey);
        var shown = new ClientCertificate(certificate, await ReadAsync(named.EffectivePrivateKeyKey));
        return ClientIdentity.ProblemOf(shown) is not { } problem ? shown : throw new RoundFailedException(new RoundFailure(
            RoundFailure.InvalidSecret,
            $"{field}: Secret '{named.Name}', keys '{named.EffectiveCertificateKey}' and '{named.EffectivePrivateKeyKey}': {problem}"));

        async Task<string> ReadAsync(string key) =>
            Encoding.UTF8.GetString(
                (await secrets.GetValueForTlsAsync(field, new SecretKeyReference { Name = named.Name, Key = key }, cancellationToken)).Span);
    }

    private static async Task<string?> GetCertificateAuthoritiesAsync(RegistryResource resource, ResourceSecrets secrets, CancellationToken cancellationToken)
    {
        if (resource.Spec.CaSecret is not { } named) return null;
        // As cert-manager writes it: ca.crt beside tls.crt.
        var secret = await secrets.GetForTlsAsync("spec.caSecret.name", named.Name, cancellationToken);
        if (secret.Data.TryGetValue(named.EffectiveKey, out var pem)) return Encoding.UTF8.GetString(pem.Span);
        var keys = string.Join(", ", secret.Data.Keys.Order(StringComparer.Ordinal).Take(MostKeys));
        throw new RoundFailedException(new RoundFailure(
            RoundFailure.InvalidSecret,
            $"spec.caSecret: Secret '{named.Name}' has no key '{named.EffectiveKey}' (it has {(keys.Length == 0 ? "none" : keys)}). "
                + "Name one in spec.caSecret.key."));
    }

    private RoundFailedException NoProvider(RepositoryReference repository)
    {
        var installed = string.Join(", ", providers.Select(provider => provider.Name));
        return new RoundFailedException(new RoundFailure(
            RoundFailure.NoRegistryClient,
            $"spec.url: no registry client serves '{repository.Registry.Scheme}://' (installed: {installed}). " +
            "Write an https:// URL or install a plugin that serves this one."));
    }

    private RoundFailedException NoAuthenticator(string field, string secret)
    {
        var installed = authenticators.Count == 0 ? "none" : string.Join(", ", authenticators.Select(authenticator => authenticator.Name));
        return new RoundFailedException(new RoundFailure(
            RoundFailure.InvalidSecret,
            $"{field}: no authenticator made a credential of Secret '{secret}' (installed: {installed}). " +
            "Install the RegistryAuth plugin or one that reads this Secret."));
    }
}
