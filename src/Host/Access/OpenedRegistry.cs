using System.Security.Cryptography;
using System.Text;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Oci.Authentication;
using RegistryOperator.Oci.Client;
using RegistryOperator.Oci.Network;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Access;

/// <summary>A repository that can be read, and what a tool needs to read it on its own.</summary>
/// <param name="client">Reads it.</param>
/// <param name="credential">With what.</param>
/// <param name="security">How its certificate is verified.</param>
/// <param name="outbound">Where the operator may connect to.</param>
/// <param name="rights">What all accesses have shown; null where nothing is shared.</param>
/// <param name="group">Whose share of what all have in common it takes: the resource's namespace.</param>
/// <param name="isShared">True where what is known of a digest serves all registries (<c>Scanning:ShareAcrossRegistries</c>).</param>
internal sealed class OpenedRegistry(
    IRegistryClient client, RegistryCredential credential, TransportSecurity security, OutboundPolicy outbound,
    ReadRights? rights = null, bool isShared = false, string group = "")
{
    private const int CertificatesHashLength = 16;

    // One for the process: accesses opened by different rounds are compared.
    private static readonly CredentialIdentity Identities = new();

    public IRegistryClient Client { get; } = client;

    public string Group { get; } = group;

    /// <summary>The credential for tools: of several, the one that the registry took.</summary>
    public RegistryCredential Credential => (Client as IChosenCredential)?.ChosenCredential ?? credential;

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

    /// <summary>
    /// Whose word counts for what is known of a digest, and for whom it is kept: the registry's origin, e.g. <c>https://registry.example.com:5000</c>. Where
    /// its certificate is not verified, or by authorities that the resource names, anybody may have answered whom these let: the origin then says so, e.g.
    /// <c>https+unverified://registry.example.com</c>.
    /// </summary>
    public string Domain => field ??= isShared ? ReportKey.AnyRegistry : WithTrust(Origin(Client.Repository.Registry));

    /// <summary>The repository with its registry's URL.</summary>
    public string RepositoryUrl => field ??= WithTrust($"{Client.Repository.Registry.AbsoluteUri.TrimEnd('/')}/{Client.Repository.Repository}");

    /// <summary>The same text for the same access: repository, who asks, and how TLS is verified. Holds a keyed hash, and no secret.</summary>
    public string Access => field ??= $"{Address} {Identities.Of(credential, Security)}";

    /// <summary>What this access has shown that it can read.</summary>
    public AccessRights Rights => field ??= new AccessRights(rights ?? new ReadRights(), Access);

    private string Address => Client.Repository.Registry is { Authority.Length: 0 } folder
        ? $"{Origin(folder)}/{Client.Repository.Repository}"
        : Client.Repository.ToString();

    /// <summary>Where there is no host, as in <c>oci-layout:///images</c>, the path says which registry it is.</summary>
    private static string Origin(Uri registry) =>
        registry.Authority.Length > 0 ? registry.GetLeftPart(UriPartial.Authority) : registry.AbsoluteUri.TrimEnd('/');

    private string WithTrust(string url)
    {
        var trust = Security switch
        {
            { InsecureSkipVerify: true } => "+unverified",
            { CertificateAuthorities: { } authorities } =>
                "+ca-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(authorities)))[..CertificatesHashLength],
            _ => "",
        };
        return url.IndexOf("://", StringComparison.Ordinal) is var end and > 0 ? url.Insert(end, trust) : url;
    }
}
