using System.Text.RegularExpressions;
using RegistryOperator.Abstractions.Authentication;

namespace RegistryOperator.Plugins.Trivy.Messages;

/// <summary>Masks what Trivy's error messages may repeat of a credential and of signed URLs.</summary>
internal static partial class Redaction
{
    private const string Hidden = "***";

    /// <summary>The text without the credential's secret, user information in URLs and their queries, which carry signatures.</summary>
    public static string Redact(string text, RegistryCredential credential)
    {
        if (SecretOf(credential) is { Length: > 0 } secret) text = text.Replace(secret, Hidden, StringComparison.Ordinal);
        return QueryPattern().Replace(UserPattern().Replace(text, "://"), "?…");
    }

    private static string SecretOf(RegistryCredential credential) => credential switch
    {
        RegistryCredential.UsernamePassword user => user.Password,
        RegistryCredential.RegistryToken token => token.Token,
        RegistryCredential.IdentityToken token => token.Token,
        _ => "",
    };

    [GeneratedRegex("\\?[^\\s\"']*", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex QueryPattern();

    [GeneratedRegex("://[^/\\s\"'@]*@", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex UserPattern();
}
