using System.Text.RegularExpressions;

namespace RegistryOperator.Host.Cli.Verify;

/// <summary>
/// Says what the command line says in the words of its options: messages of the engine name fields of a resource, which the user never wrote.
/// </summary>
/// <param name="namesSigners">True where the command line says who may have signed, or there is no resource that could.</param>
/// <param name="namesRoot">True where it names the trusted root, or there is no resource that could.</param>
/// <param name="namesAuthorities">True where it names certificate authorities, or there is no resource that could.</param>
internal sealed partial class OptionWords(bool namesSigners, bool namesRoot, bool namesAuthorities = false)
{
    public string Of(string message)
    {
        if (namesAuthorities)
        {
            message = AuthorityField().Replace(message, "Give --ca-file with the certificate authority that issued the certificate");
            message = NameField().Replace(message, "Write a name that it is for: no authority in --ca-file helps");
            message = message.Replace("or name a Secret with", "or give --policy with a Registry that names a Secret with", StringComparison.Ordinal);
        }

        if (namesRoot) message = RootField().Replace(message, "--trusted-root");
        if (!namesSigners) return message;
        message = KeyField().Replace(message, "--key");
        message = IdentityField().Replace(message, "--identity and --issuer");
        return message.Replace("spec.provenanceTracking.verification", "--key, or --identity and --issuer", StringComparison.Ordinal);
    }

    [GeneratedRegex(
        @"spec\.provenanceTracking\.verification\.keyless\[\d+\]\.trustedRoot\.secretRef( \([^)]*\))?",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex RootField();

    [GeneratedRegex(
        @"Name a Secret with the certificate authority that issued the certificate in spec\.caSecret, or set spec\.insecureSkipVerify: true",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex AuthorityField();

    [GeneratedRegex(
        @"Write a name that it is for in spec\.url\. No authority in spec\.caSecret helps[^.]*spec\.insecureSkipVerify[^.]*", RegexOptions.NonBacktracking)]
    private static partial Regex NameField();

    [GeneratedRegex(@"spec\.provenanceTracking\.verification\.keys(\[\d+\](\.pem|\.secretRef)?)?", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex KeyField();

    [GeneratedRegex(@"spec\.provenanceTracking\.verification\.keyless(\[\d+\](\.[A-Za-z]+)*)?", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex IdentityField();
}
