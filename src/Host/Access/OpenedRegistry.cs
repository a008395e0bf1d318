using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Oci.Authentication;
using RegistryOperator.Oci.Network;

namespace RegistryOperator.Host.Access;

/// <summary>A repository that can be read, and what a tool needs to read it on its own.</summary>
internal sealed class OpenedRegistry(IRegistryClient client, RegistryCredential credential, TransportSecurity security, OutboundPolicy outbound)
{
    // One for the process: accesses opened by different rounds are compared.
    private static readonly CredentialIdentity Identities = new();

    public IRegistryClient Client { get; } = client;

    public RegistryCredential Credential { get; } = credential;

    public TransportSecurity Security { get; } = security;

    /// <summary>Judges the registry's address once more, right before a tool is started that connects to it by itself.</summary>
    /// <exception cref="ScanException">It is refused.</exception>
    public async Task CheckAddressAsync(CancellationToken cancellationToken)
    {
        try
        {
            await outbound.CheckRegistryAsync(Client.Repository.Registry, cancellationToken);
        }
        catch (RegistryException refusal)
        {
            throw ScanException.From(refusal);
        }
    }

    /// <summary>The registry, e.g. <c>https://registry.example.com:5000</c>.</summary>
    public string Origin => field ??= Client.Repository.Registry.GetLeftPart(UriPartial.Authority);

    /// <summary>The repository with its registry's URL.</summary>
    public string RepositoryUrl => field ??= $"{Client.Repository.Registry.AbsoluteUri.TrimEnd('/')}/{Client.Repository.Repository}";

    /// <summary>The same text for the same access: repository, who asks, and how TLS is verified. Holds a keyed hash, and no secret.</summary>
    public string Access => field ??= $"{Client.Repository} {Identities.Of(Credential, Security)}";
}
