using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Authentication;

namespace RegistryOperator.Host.Access;

/// <summary>A repository that can be read, and what a tool needs to read it on its own.</summary>
internal sealed class OpenedRegistry(IRegistryClient client, RegistryCredential credential, TransportSecurity security)
{
    // One for the process: accesses opened by different rounds are compared.
    private static readonly CredentialIdentity Identities = new();

    public IRegistryClient Client { get; } = client;

    public RegistryCredential Credential { get; } = credential;

    public TransportSecurity Security { get; } = security;

    /// <summary>The registry, e.g. <c>https://registry.example.com:5000</c>.</summary>
    public string Origin => field ??= Client.Repository.Registry.GetLeftPart(UriPartial.Authority);

    /// <summary>The repository with its registry's URL.</summary>
    public string RepositoryUrl => field ??= $"{Client.Repository.Registry.AbsoluteUri.TrimEnd('/')}/{Client.Repository.Repository}";

    /// <summary>The same text for the same access: repository, who asks, and how TLS is verified. Holds a keyed hash, and no secret.</summary>
    public string Access => field ??= $"{Client.Repository} {Identities.Of(Credential, Security)}";
}
