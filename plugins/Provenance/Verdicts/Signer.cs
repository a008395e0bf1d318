namespace RegistryOperator.Plugins.Provenance.Verdicts;

/// <summary>What a certificate says of the builder that signed.</summary>
/// <param name="Identity">The subject alternative name.</param>
/// <param name="Issuer">Who told the identity.</param>
/// <param name="BuildSignerUri">The workflow that signed.</param>
/// <param name="RunnerEnvironment">Such as <c>github-hosted</c>.</param>
internal sealed record Signer(string? Identity, string? Issuer, string? BuildSignerUri, string? RunnerEnvironment);
