using System.Text;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Oci.Network;

namespace RegistryOperator.Host.Access;

/// <summary>Opens the repository of a resource: its Secrets, a credential from the first authenticator that has one, a client from the first provider
/// that serves the URL.</summary>
/// <param name="providers">The providers, in the order in which they are asked.</param>
/// <param name="authenticators">The authenticators, likewise.</param>
/// <param name="outbound">Where the operator may connect to.</param>
/// <param name="isShared">True where what is known of a digest serves all registries.</param>
internal sealed class RegistryAccess(
    IReadOnlyList<IRegistryClientProvider> providers, IReadOnlyList<IRegistryAuthenticator> authenticators, OutboundPolicy outbound, bool isShared = false)
{
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
        var security = new TransportSecurity(spec.SkipsTlsVerification, await GetCertificateAuthoritiesAsync(resource, secrets, cancellationToken));
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
        var named = resource.Spec.CredentialsSecret;
        var request = new RegistryAuthenticationRequest { Repository = repository };
        if (named is not null)
        {
            request = request with
            {
                Secret = await secrets.GetAsync("spec.credentialsSecret.name", named.Name, cancellationToken),
                UsernameKey = named.EffectiveUsernameKey,
                PasswordKey = named.EffectivePasswordKey,
            };
        }

        foreach (var authenticator in authenticators)
        {
            if (await authenticator.GetCredentialAsync(request, cancellationToken) is { } credential) return credential;
        }

        // Continuing anonymously would report "unauthorized" for what is a missing plugin.
        return named is null
            ? RegistryCredential.Anonymous
            : throw NoAuthenticator(named.Name);
    }

    private static async Task<string?> GetCertificateAuthoritiesAsync(RegistryResource resource, ResourceSecrets secrets, CancellationToken cancellationToken)
    {
        if (resource.Spec.CaSecret is not { } named) return null;
        var secret = await secrets.GetAsync("spec.caSecret.name", named.Name, cancellationToken);
        if (secret.Data.TryGetValue(named.EffectiveKey, out var pem)) return Encoding.UTF8.GetString(pem.Span);
        throw new RoundFailedException(new RoundFailure(
            RoundFailure.InvalidSecret, $"spec.caSecret: Secret '{named.Name}' has no key '{named.EffectiveKey}'."));
    }

    private RoundFailedException NoProvider(RepositoryReference repository)
    {
        var installed = string.Join(", ", providers.Select(provider => provider.Name));
        return new RoundFailedException(new RoundFailure(
            RoundFailure.NoRegistryClient,
            $"spec.url: no registry client serves '{repository.Registry.Scheme}://' (installed: {installed}). " +
            "Write an https:// URL or install a plugin that serves this one."));
    }

    private RoundFailedException NoAuthenticator(string secret)
    {
        var installed = authenticators.Count == 0 ? "none" : string.Join(", ", authenticators.Select(authenticator => authenticator.Name));
        return new RoundFailedException(new RoundFailure(
            RoundFailure.InvalidSecret,
            $"spec.credentialsSecret: no authenticator made a credential of Secret '{secret}' (installed: {installed}). " +
            "Install the RegistryAuth plugin or one that reads this Secret."));
    }
}
