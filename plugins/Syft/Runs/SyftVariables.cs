namespace RegistryOperator.Plugins.Syft.Runs;

/// <summary>Names of environment variables (<see href="https://github.com/anchore/syft/wiki/configuration"/>).</summary>
internal static class SyftVariables
{
    public const string Prefix = "SYFT_";
    public const string CheckForUpdate = "SYFT_CHECK_FOR_APP_UPDATE";
    public const string Authority = "SYFT_REGISTRY_AUTH_AUTHORITY";
    public const string Username = "SYFT_REGISTRY_AUTH_USERNAME";
    public const string Password = "SYFT_REGISTRY_AUTH_PASSWORD";
    public const string Token = "SYFT_REGISTRY_AUTH_TOKEN";
    public const string UseHttp = "SYFT_REGISTRY_INSECURE_USE_HTTP";
    public const string SkipVerify = "SYFT_REGISTRY_INSECURE_SKIP_TLS_VERIFY";
    public const string CertificateAuthority = "SYFT_REGISTRY_CA_CERT";
    public const string DockerConfig = "DOCKER_CONFIG";
    public const string TemporaryDirectory = "TMPDIR";
    public const string True = "true";
    public const string False = "false";

    /// <summary>Variables of the operator that Syft does not get: credentials, and what would change where and in which form Syft answers.</summary>
    public static IReadOnlyList<string> NotInherited { get; } =
    [
        Authority, Username, Password, Token, "SYFT_REGISTRY_AUTH_TLS_CERT", "SYFT_REGISTRY_AUTH_TLS_KEY", "SYFT_ATTEST_KEY", "SYFT_ATTEST_PASSWORD",
        "SYFT_OUTPUT", "SYFT_LEGACYFILE", "SYFT_FILE", "SYFT_LOG_QUIET", "SYFT_LOG_STRUCTURED", "SYFT_LOG_FILE", "SYFT_QUIET",
        "SYFT_FROM", "SYFT_PLATFORM", "SYFT_SOURCE_NAME", "SYFT_SOURCE_VERSION", "SYFT_SOURCE_BASE_PATH",
    ];
}
