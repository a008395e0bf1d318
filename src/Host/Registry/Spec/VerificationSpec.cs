namespace RegistryOperator.Host.Registry.Spec;

/// <summary><c>spec.provenanceTracking.verification</c>: how signatures and attestations are verified.</summary>
internal sealed record VerificationSpec
{
    /// <summary>Public keys, of which one has to verify a signature.</summary>
    public IReadOnlyList<VerificationKeySpec> Keys { get => field ?? []; init; }

    /// <summary>Identities, of which a signature's certificate has to have one.</summary>
    public IReadOnlyList<KeylessIdentitySpec> Keyless { get => field ?? []; init; }

    /// <summary>What the provenance has to say.</summary>
    public ExpectationsSpec? Expectations { get; init; }
}

internal sealed record VerificationKeySpec
{
    public string? Pem { get; init; }

    public SecretKeySpec? SecretRef { get; init; }
}

internal sealed record KeylessIdentitySpec
{
    public string? Issuer { get; init; }

    public string? IssuerPattern { get; init; }

    public string? Identity { get; init; }

    public string? IdentityPattern { get; init; }

    public TrustedRootSpec? TrustedRoot { get; init; }
}

internal sealed record TrustedRootSpec
{
    public SecretKeySpec? SecretRef { get; init; }
}

/// <summary>A key of a Secret in the resource's namespace.</summary>
internal sealed record SecretKeySpec
{
    public string Name { get => field ?? ""; init; }

    public string Key { get => field ?? ""; init; }
}

internal sealed record ExpectationsSpec
{
    public IReadOnlyList<string> Builders { get => field ?? []; init; }

    public IReadOnlyList<string> SourceRepositories { get => field ?? []; init; }

    /// <summary>1 to 3.</summary>
    public int? MinimumSlsaLevel { get; init; }
}
