using RegistryOperator.Sigstore.Signatures;

namespace RegistryOperator.Sigstore.Verification;

/// <summary>Which signatures are accepted: <see cref="KeyPolicy"/> or <see cref="KeylessPolicy"/>.</summary>
public abstract record VerificationPolicy
{
    private protected VerificationPolicy()
    {
    }

    /// <summary>
    /// The type that a statement's predicate must have, such as <c>https://slsa.dev/provenance/v1</c>; null for any, and for signatures without one.
    /// </summary>
    public string? PredicateType { get; init; }
}

/// <summary>Signatures by a key.</summary>
/// <param name="Key">The key.</param>
/// <param name="RequiresLogEntry">
/// Whether the signature must stand in a log of the trusted root, where that has logs. Without, an entry of a known log is verified too, if there is one.
/// </param>
public sealed record KeyPolicy(VerificationKey Key, bool RequiresLogEntry = true) : VerificationPolicy;

/// <summary>Signatures by short-lived certificates of the trusted root's authorities.</summary>
/// <param name="Identity">Who may have signed: the certificate's alternative name.</param>
/// <param name="Issuer">Who must have told the identity.</param>
public sealed record KeylessPolicy(NamePattern Identity, NamePattern Issuer) : VerificationPolicy;
