namespace RegistryOperator.Plugins.Provenance.Verdicts;

/// <summary>The builders that level 3 of SLSA's build track is believed of.</summary>
/// <param name="builders">Their Build Signer URIs; a <c>*</c> at the end stands for any rest.</param>
internal sealed class TrustedBuilders(IReadOnlyList<string> builders)
{
    private const string GitHub = "https://github.com/";
    private const string GitHubIssuer = "https://token.actions.githubusercontent.com";

    /// <summary>Whether one of them signed: an authority has put its URI into the certificate.</summary>
    public bool Contains(Signer signer) => Contains(signer.BuildSignerUri)
        // What another issuer says of GitHub's workflows is only its word. Enterprises have issuers of their own below GitHub's.
        && (!signer.BuildSignerUri!.StartsWith(GitHub, StringComparison.Ordinal)
            || signer.Issuer == GitHubIssuer || signer.Issuer?.StartsWith(GitHubIssuer + "/", StringComparison.Ordinal) is true);

    /// <summary>Whether a URI is that of one of them.</summary>
    public bool Contains(string? uri) => uri is not null && builders.Any(builder => builder.EndsWith('*')
        ? uri.Length >= builder.Length && uri.StartsWith(builder[..^1], StringComparison.Ordinal)
        : uri == builder);
}
