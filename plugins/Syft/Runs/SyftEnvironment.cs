using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Tools;

namespace RegistryOperator.Plugins.Syft.Runs;

/// <summary>Syft's settings as environment variables
/// (<see href="https://github.com/anchore/syft/wiki/configuration"/>), the only way a credential goes.</summary>
internal static class SyftEnvironment
{
    /// <summary>The host's variables that start so are Syft's settings, and the user's to make.</summary>
    public const string Prefix = "SYFT_";

    private const string CheckForUpdate = "SYFT_CHECK_FOR_APP_UPDATE";
    private const string Authority = "SYFT_REGISTRY_AUTH_AUTHORITY";
    private const string Username = "SYFT_REGISTRY_AUTH_USERNAME";
    private const string Password = "SYFT_REGISTRY_AUTH_PASSWORD";
    private const string Token = "SYFT_REGISTRY_AUTH_TOKEN";
    private const string UseHttp = "SYFT_REGISTRY_INSECURE_USE_HTTP";
    private const string SkipVerify = "SYFT_REGISTRY_INSECURE_SKIP_TLS_VERIFY";
    private const string AuthorityCertificates = "SYFT_REGISTRY_CA_CERT";
    private const string DockerConfiguration = "DOCKER_CONFIG";
    private const string TemporaryDirectory = "TMPDIR";
    private const string True = "true";
    private const string False = "false";

    /// <summary>For every run: Syft asks nobody for news.</summary>
    public static IReadOnlyDictionary<string, string> Always { get; } = new Dictionary<string, string>(StringComparer.Ordinal) { [CheckForUpdate] = False };

    /// <summary>The host's variables that are not passed on: credentials, and what would change where and in which form Syft answers.</summary>
    public static IReadOnlyList<string> NotInherited { get; } =
    [
        Authority, Username, Password, Token, "SYFT_REGISTRY_AUTH_TLS_CERT", "SYFT_REGISTRY_AUTH_TLS_KEY", "SYFT_ATTEST_KEY", "SYFT_ATTEST_PASSWORD",
        "SYFT_OUTPUT", "SYFT_LEGACYFILE", "SYFT_FILE", "SYFT_LOG_QUIET", "SYFT_LOG_STRUCTURED", "SYFT_LOG_FILE", "SYFT_QUIET",
        "SYFT_FROM", "SYFT_PLATFORM", "SYFT_SOURCE_NAME", "SYFT_SOURCE_VERSION", "SYFT_SOURCE_BASE_PATH",
    ];

    /// <summary>True where Syft can be told this credential; it has no words for a refresh token, and takes a name and a password only together.</summary>
    public static bool CanTell(RegistryCredential credential) => credential switch
    {
        RegistryCredential.AnonymousCredential or RegistryCredential.RegistryToken => true,
        RegistryCredential.UsernamePassword user => user is { Username.Length: > 0, Password.Length: > 0 },
        _ => false,
    };

    /// <summary>The settings of a run that keeps its files in a folder of its own.</summary>
    public static Dictionary<string, string> ForRun(string folder) => new(Always, StringComparer.Ordinal)
    {
        // Layers are unpacked there, and gone with it however Syft ends.
        [TemporaryDirectory] = folder,
        // There is no such configuration in it, so none of the user's logins is used: the request's credential is the only one.
        [DockerConfiguration] = folder,
    };

    /// <summary>Adds the settings for pulling from a registry.</summary>
    /// <returns>The same variables.</returns>
    public static async Task<Dictionary<string, string>> AddRegistryAsync(
        Dictionary<string, string> variables, ImageScanRequest request, string registryHost, IToolFolder folder, CancellationToken cancellationToken)
    {
        // Both are always said, so that the host's variables don't count for every registry.
        variables[UseHttp] = request.Repository.Registry.Scheme == Uri.UriSchemeHttp ? True : False;
        variables[SkipVerify] = request.Security.InsecureSkipVerify ? True : False;
        await AddCertificatesAsync(variables, request.Security, folder, cancellationToken);
        switch (request.Credential)
        {
            case RegistryCredential.UsernamePassword user:
                variables[Authority] = registryHost;
                variables[Username] = user.Username;
                variables[Password] = user.Password;
                break;
            case RegistryCredential.RegistryToken token:
                variables[Authority] = registryHost;
                variables[Token] = token.Token;
                break;
        }

        return variables;
    }

    private static async Task AddCertificatesAsync(
        Dictionary<string, string> variables, TransportSecurity security, IToolFolder folder, CancellationToken cancellationToken)
    {
        if (security.CertificateAuthorities is not { Length: > 0 } certificates) return;
        variables[AuthorityCertificates] = await folder.WriteFileAsync("ca.crt", System.Text.Encoding.UTF8.GetBytes(certificates), cancellationToken);
    }
}
