namespace RegistryOperator.Plugins.Trivy.Runs;

/// <summary>Names of environment variables.</summary>
internal static class TrivyVariables
{
    public const string Prefix = "TRIVY_";
    public const string Username = "TRIVY_USERNAME";
    public const string Password = "TRIVY_PASSWORD";
    public const string RegistryToken = "TRIVY_REGISTRY_TOKEN";
    public const string Token = "TRIVY_TOKEN";
    public const string Insecure = "TRIVY_INSECURE";
    public const string NonSsl = "TRIVY_NON_SSL";
    public const string CertificateAuthority = "TRIVY_CACERT";
    public const string CacheBackend = "TRIVY_CACHE_BACKEND";
    public const string SkipFiles = "TRIVY_SKIP_FILES";
    public const string SkipVersionCheck = "TRIVY_SKIP_VERSION_CHECK";
    public const string DisableTelemetry = "TRIVY_DISABLE_TELEMETRY";
    public const string DockerConfig = "DOCKER_CONFIG";
    public const string TemporaryDirectory = "TMPDIR";
    public const string True = "true";
    public const string False = "false";

    /// <summary>The value of <see cref="NonSsl"/> that means no: Trivy takes any other, and <c>false</c> as well, for yes.</summary>
    public const string NotNonSsl = "";

    /// <summary>
    /// Variables of the operator that Trivy does not get: credentials, which belong to one registry and are given with each call; and what would
    /// send the report elsewhere, make another of it, hide what was found or why a run failed, since results are kept for resources with different wishes.
    /// </summary>
    public static IReadOnlyList<string> NotInherited { get; } =
    [
        Username, Password, "TRIVY_PASSWORD_STDIN", RegistryToken, Token, "TRIVY_SERVER",
        "TRIVY_OUTPUT", "TRIVY_FORMAT", "TRIVY_TEMPLATE", "TRIVY_REPORT", "TRIVY_COMPLIANCE", "TRIVY_INPUT", "TRIVY_IMAGE_SRC", "TRIVY_PLATFORM",
        "TRIVY_SCANNERS", "TRIVY_SEVERITY", "TRIVY_IGNORE_UNFIXED", "TRIVY_IGNORE_STATUS", "TRIVY_EXIT_CODE", "TRIVY_EXIT_ON_EOL",
        "TRIVY_DOWNLOAD_DB_ONLY", "TRIVY_DOWNLOAD_JAVA_DB_ONLY", "TRIVY_QUIET", "TRIVY_DEBUG", "TRIVY_TRACE_HTTP", "TRIVY_GENERATE_DEFAULT_CONFIG",
    ];
}
