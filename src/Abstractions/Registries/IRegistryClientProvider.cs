using RegistryOperator.Abstractions.Authentication;

namespace RegistryOperator.Abstractions.Registries;

/// <summary>
/// Makes clients for the registries it serves. The host has one for <c>https://</c> and <c>http://</c>; a plugin may bring another, for a
/// scheme of its own or for hosts whose registry needs more than the OCI API. A plugin's provider is asked before the host's.
/// </summary>
public interface IRegistryClientProvider
{
    /// <summary>A unique name, e.g. <c>oci-layout</c>.</summary>
    string Name { get; }

    /// <summary>True where this provider serves the registry at this URL. Does no I/O.</summary>
    bool CanServe(Uri registry);

    /// <summary>Makes a client. Does no I/O: problems of the registry show in the client's first call.</summary>
    /// <exception cref="RegistryException">The request can't be served, e.g. a repository name that is not valid.</exception>
    IRegistryClient CreateClient(RegistryClientRequest request);
}

/// <summary>What a client is made from.</summary>
public sealed record RegistryClientRequest
{
    /// <summary>The repository to read.</summary>
    public required RepositoryReference Repository { get; init; }

    /// <summary>The credential to use; never written to logs or errors.</summary>
    public RegistryCredential Credential { get; init; } = RegistryCredential.Anonymous;

    /// <summary>How TLS is verified.</summary>
    public TransportSecurity Security { get; init; } = TransportSecurity.Default;

    /// <summary>For whom it is, e.g. a namespace: groups share fairly what all clients have in common. Empty where there is only one.</summary>
    public string Group { get; init; } = "";

    /// <summary>Timeout and retries of a request.</summary>
    public RegistryRetryOptions Retry { get; init; } = RegistryRetryOptions.Default;
}

/// <summary>How a registry's TLS certificate is verified.</summary>
/// <param name="InsecureSkipVerify">True accepts any certificate.</param>
/// <param name="CertificateAuthorities">PEM certificates trusted beside the system's; null for none.</param>
public sealed record TransportSecurity(bool InsecureSkipVerify = false, string? CertificateAuthorities = null)
{
    /// <summary>The system's certificate authorities.</summary>
    public static TransportSecurity Default { get; } = new();

    /// <summary>What is shown to a registry that asks for a certificate of its clients (mutual TLS); null for nothing.</summary>
    public ClientCertificate? ClientCertificate { get; init; }
}

/// <summary>A client's certificate and its private key. <see cref="ToString"/> shows neither.</summary>
/// <param name="Certificates">The certificate in PEM, and behind it those between it and an authority that the registry trusts.</param>
/// <param name="Key">The private key in PEM, not encrypted: PKCS#8, PKCS#1 or SEC 1.</param>
public sealed record ClientCertificate(string Certificates, string Key)
{
    /// <inheritdoc/>
    public override string ToString() => "client certificate";
}

/// <summary>Timeout and retries of one request.</summary>
/// <param name="RequestTimeout">Longest time of one attempt, from sending to the last byte.</param>
/// <param name="Attempts">Retries after the first attempt; 0 for none.</param>
/// <param name="Delay">Delay before the first retry; doubled with each, with jitter. A registry's <c>Retry-After</c> is obeyed instead.</param>
public sealed record RegistryRetryOptions(TimeSpan RequestTimeout, int Attempts, TimeSpan Delay)
{
    /// <summary>30 seconds, 3 retries, 5 seconds apart.</summary>
    public static RegistryRetryOptions Default { get; } = new(TimeSpan.FromSeconds(30), 3, TimeSpan.FromSeconds(5));
}
