using System.Text.RegularExpressions;
using RegistryOperator.Abstractions.Images;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Registry.Validation;

/// <summary>
/// Finds all errors in a spec. The CRD states the same rules, but a resource may come from a file, or through an API server
/// without CEL, and the patterns of <c>tagFilter</c> can only be checked by compiling them.
/// </summary>
internal static partial class RegistrySpecValidator
{
    /// <summary>All errors, in the order of the fields; empty for a good spec.</summary>
    public static IReadOnlyList<SpecError> Validate(RegistrySpec spec)
    {
        var errors = new SpecErrors();
        CheckRepository(spec, errors);
        errors.CheckInterval("spec.scanInterval", spec.ScanInterval);
        CheckSecrets(spec, errors);
        CheckScanConfig(spec.ScanConfig, errors);
        CheckTagFilter(spec.TagFilter, errors);
        CheckScanners(spec, errors);
        CheckWebhook(spec.Webhook, errors);
        return errors.All;
    }

    private static void CheckRepository(RegistrySpec spec, SpecErrors errors)
    {
        var url = CheckRegistryUrl(spec.Url, errors);
        const string path = "spec.repository";
        const string form = "lower-case letters, digits and single . _ - between them, parts separated by /, without a tag, e.g. library/nginx";
        if (spec.Repository.Length == 0) errors.Add(path, "is required; give the repository's path, e.g. library/nginx");
        else if (spec.Repository.Length > RegistryLimits.RepositoryLength)
            errors.Add(path, $"has {spec.Repository.Length} characters; at most {RegistryLimits.RepositoryLength} are allowed");
        // The grammar is that of the OCI API. Other schemes are served by plugins, which check names themselves.
        else if (url is not null && IsHttp(url) && !ImageReference.IsRepository(spec.Repository))
            errors.Add(path, $"'{spec.Repository}' is not a repository path; use {form}");
    }

    private static Uri? CheckRegistryUrl(string text, SpecErrors errors)
    {
        const string path = "spec.url";
        const string example = "https://registry-1.docker.io";
        if (ParseUrl(text, example, out var problem) is not { } url) errors.Add(path, problem);
        else if (url.UserInfo.Length > 0)
            errors.Add(path, "must not hold a user name or password; put them into a Secret and name it in spec.credentialsSecret");
        else if (url.Query.Length > 0 || url.Fragment.Length > 0) errors.Add(path, "must not have a query (?) or a fragment (#); leave it out");
        else if (IsHttp(url) && url.AbsolutePath != "/")
            errors.Add(path, $"'{text}' has a path; give the host alone, and write what belongs to the repository in front of spec.repository");
        else return url;
        return null;
    }

    private static void CheckWebhookUrl(string text, SpecErrors errors)
    {
        const string path = "spec.webhook.url";
        if (ParseUrl(text, "https://hooks.example.com/registry", out var problem) is not { } url) errors.Add(path, problem);
        else if (url.UserInfo.Length > 0)
            errors.Add(path, "must not hold a user name or password; put them into a Secret and name it in spec.webhook.authSecret");
        else if (!IsHttp(url)) errors.Add(path, $"'{url.Scheme}' is not a scheme for a webhook; use https or http");
    }

    /// <summary>Null with a problem that does not quote the URL, which may contain a password or a token.</summary>
    private static Uri? ParseUrl(string text, string example, out string problem)
    {
        problem = text switch
        {
            "" => "is required; give a URL with its scheme, e.g. " + example,
            { Length: > RegistryLimits.UrlLength } => $"has {text.Length} characters; at most {RegistryLimits.UrlLength} are allowed",
            _ when text.StartsWith("http:/", StringComparison.Ordinal) || text.StartsWith("https:/", StringComparison.Ordinal) =>
                "is not a URL; write one like " + example,
            _ when text.Contains(":/", StringComparison.Ordinal) && !text.Contains("://", StringComparison.Ordinal) =>
                "has one slash after its scheme; write two and a host, or three and a path, e.g. oci-archive:///images/app.tar",
            _ when !text.Contains("://", StringComparison.Ordinal) => "has no scheme; write the URL in full, e.g. " + example,
            _ => "is not a URL; write one like " + example,
        };
        if (text.Length > RegistryLimits.UrlLength || !text.Contains("://", StringComparison.Ordinal) || text.AsSpan().ContainsAny(" \t\r\n")) return null;
        return Uri.TryCreate(text, UriKind.Absolute, out var url) && !(IsHttp(url) && url.Host.Length == 0) ? url : null;
    }

    private static void CheckSecrets(RegistrySpec spec, SpecErrors errors)
    {
        if (spec.CredentialsSecret is { } credentials) CheckCredentials("spec.credentialsSecret", credentials, errors);
        if (spec.CredentialsSecrets.Count > RegistryLimits.MaxCredentialsSecrets)
        {
            errors.Add(
                "spec.credentialsSecrets",
                $"the list has {spec.CredentialsSecrets.Count} Secrets; at most {RegistryLimits.MaxCredentialsSecrets} are allowed");
        }

        for (var i = 0; i < Math.Min(spec.CredentialsSecrets.Count, RegistryLimits.MaxCredentialsSecrets); i++)
            CheckCredentials($"spec.credentialsSecrets[{i}]", spec.CredentialsSecrets[i], errors);
        if (spec.ServiceAccountName is { } account && SecretNames.ProblemOfName(account) is not null)
        {
            errors.Add("spec.serviceAccountName", account.Length == 0
                ? "is empty; name a ServiceAccount in the resource's namespace, or leave it out"
                : $"'{account}' cannot be a ServiceAccount's name; use lower-case letters, digits, - and .");
        }

        if (spec.ClientCertificateSecret is { } shown)
        {
            errors.CheckSecretName("spec.clientCertificateSecret.name", shown.Name);
            errors.CheckSecretKey("spec.clientCertificateSecret.certificateKey", shown.CertificateKey);
            errors.CheckSecretKey("spec.clientCertificateSecret.privateKeyKey", shown.PrivateKeyKey);
        }

        if (spec.CaSecret is { } authority)
        {
            errors.CheckSecretName("spec.caSecret.name", authority.Name);
            errors.CheckSecretKey("spec.caSecret.key", authority.Key);
        }
    }

    private static void CheckCredentials(string path, CredentialsSecretSpec credentials, SpecErrors errors)
    {
        errors.CheckSecretName($"{path}.name", credentials.Name);
        errors.CheckSecretKey($"{path}.usernameKey", credentials.UsernameKey);
        errors.CheckSecretKey($"{path}.passwordKey", credentials.PasswordKey);
    }

    private static void CheckScanConfig(ScanConfigSpec? config, SpecErrors errors)
    {
        if (config is null) return;
        errors.CheckDuration("spec.scanConfig.timeout", config.Timeout, RegistryLimits.MaxTimeout, zeroAllowed: false);
        errors.CheckRange("spec.scanConfig.retryAttempts", config.RetryAttempts, 0, RegistryLimits.MaxRetryAttempts);
        errors.CheckDuration("spec.scanConfig.retryDelay", config.RetryDelay, RegistryLimits.MaxRetryDelay, zeroAllowed: true);
        errors.CheckRange("spec.scanConfig.concurrency", config.Concurrency, 1, RegistryLimits.MaxConcurrency);
    }

    private static void CheckTagFilter(TagFilterSpec? filter, SpecErrors errors)
    {
        if (filter is null) return;
        CheckPatterns("spec.tagFilter.include", filter.Include, errors);
        CheckPatterns("spec.tagFilter.exclude", filter.Exclude, errors);
        if (filter.Versions is not null && !VersionRange.TryParse(filter.Versions, out _, out var reason)) errors.Add("spec.tagFilter.versions", reason);
        errors.CheckRange("spec.tagFilter.limit", filter.Limit, 0, int.MaxValue);
        errors.CheckChoice("spec.tagFilter.sortBy", filter.SortBy, TagOrders.All);
    }

    private static void CheckPatterns(string path, TagPatterns? patterns, SpecErrors errors)
    {
        if (patterns is null) return;
        if (patterns.All.Count > RegistryLimits.MaxPatterns)
            errors.Add(path, $"the list has {patterns.All.Count} patterns; at most {RegistryLimits.MaxPatterns} are allowed");
        for (var i = 0; i < Math.Min(patterns.All.Count, RegistryLimits.MaxPatterns); i++)
        {
            if (!TagPattern.TryCompile(patterns.All[i], out _, out var reason)) errors.Add(patterns.All.Count == 1 ? path : $"{path}[{i}]", reason);
        }
    }

    private static void CheckScanners(RegistrySpec spec, SpecErrors errors)
    {
        errors.CheckChoice("spec.vulnerabilityScanning.severityThreshold", spec.VulnerabilityScanning?.SeverityThreshold, Severities.All);
        errors.CheckInterval("spec.vulnerabilityScanning.scanInterval", spec.VulnerabilityScanning?.ScanInterval);
        errors.CheckScannerName("spec.vulnerabilityScanning.scanner", spec.VulnerabilityScanning?.Scanner, RegistryDefaults.VulnerabilityScanner);
        errors.CheckOptions("spec.vulnerabilityScanning.options", spec.VulnerabilityScanning?.Options);
        errors.CheckChoice("spec.sbomGeneration.format", spec.SbomGeneration?.Format, SbomFormat.All);
        errors.CheckScannerName("spec.sbomGeneration.generator", spec.SbomGeneration?.Generator, RegistryDefaults.SbomGenerator);
        errors.CheckOptions("spec.sbomGeneration.options", spec.SbomGeneration?.Options);
        errors.CheckInterval("spec.sbomGeneration.scanInterval", spec.SbomGeneration?.ScanInterval);
        errors.CheckScannerName("spec.provenanceTracking.scanner", spec.ProvenanceTracking?.Scanner, RegistryDefaults.ProvenanceScanner);
        errors.CheckOptions("spec.provenanceTracking.options", spec.ProvenanceTracking?.Options);
        VerificationValidator.Check("spec.provenanceTracking.verification", spec.ProvenanceTracking?.Verification, errors);
        errors.CheckInterval("spec.provenanceTracking.scanInterval", spec.ProvenanceTracking?.ScanInterval);
        errors.CheckScannerName("spec.driftDetection.scanner", spec.DriftDetection?.Scanner, RegistryDefaults.DriftScanner);
        errors.CheckOptions("spec.driftDetection.options", spec.DriftDetection?.Options);
        errors.CheckInterval("spec.driftDetection.checkInterval", spec.DriftDetection?.CheckInterval);
        CheckNamespaces(spec.DriftDetection?.Namespaces ?? [], errors);
        CheckMirrors(spec.DriftDetection?.Mirrors ?? [], errors);
        CheckPlatforms(spec.Platforms, errors);
        CheckCustomScanners(spec.Scanners, errors);
    }

    /// <summary>One that can be nobody's name matches nothing, and nothing would be compared.</summary>
    private static void CheckNamespaces(IReadOnlyList<string> namespaces, SpecErrors errors)
    {
        for (var i = 0; i < namespaces.Count; i++)
        {
            errors.AddIfAny($"spec.driftDetection.namespaces[{i}]", namespaces[i] switch
            {
                "" => "is empty; name a namespace, or leave out the list for all of them",
                "*" => "'*' is no namespace; leave out the list for all of them",
                var name when KubernetesNames.IsNamespace(name) => null,
                var name => $"'{name}' is no namespace; use {KubernetesNames.NamespaceForm}",
            });
        }
    }

    private static void CheckMirrors(IReadOnlyList<string> mirrors, SpecErrors errors)
    {
        for (var i = 0; i < mirrors.Count; i++)
        {
            // The first part of a path without a host would be read as Docker Hub's.
            var host = mirrors[i].Split('/')[0];
            var isName = ImageReference.TryParse($"{mirrors[i].TrimEnd('/')}/image", out var image);
            if (!isName || !image!.Registry.Equals(host, StringComparison.OrdinalIgnoreCase))
                errors.Add($"spec.driftDetection.mirrors[{i}]", $"'{mirrors[i]}' is no HOST[:PORT][/PATH]; write e.g. harbor.example.com/proxy");
        }
    }

    private static void CheckPlatforms(IReadOnlyList<string> platforms, SpecErrors errors)
    {
        for (var i = 0; i < platforms.Count; i++)
        {
            var path = $"spec.platforms[{i}]";
            if (platforms[i] == PlatformChoice.All && platforms.Count > 1) errors.Add(path, "'all' stands alone; leave out the other entries");
            else if (platforms[i] != PlatformChoice.All && !PlatformName().IsMatch(platforms[i]))
                errors.Add(path, $"'{platforms[i]}' is not a platform; write os/architecture or os/architecture/variant, e.g. linux/arm64, or 'all'");
        }
    }

    private static void CheckCustomScanners(IReadOnlyList<CustomScannerSpec> scanners, SpecErrors errors)
    {
        for (var i = 0; i < scanners.Count; i++)
        {
            var path = $"spec.scanners[{i}]";
            var scanner = scanners[i];
            if (scanner.Name.Length == 0) errors.Add($"{path}.name", "is required; name a scanner that 'registry-operator plugins list' shows");
            else if (scanners.Take(i).Any(earlier => earlier.Name == scanner.Name))
                errors.Add($"{path}.name", $"'{scanner.Name}' is named twice; keep one entry");
            errors.CheckInterval($"{path}.interval", scanner.Interval);
            errors.CheckOptions($"{path}.options", scanner.Options);
        }
    }

    private static void CheckWebhook(WebhookSpec? webhook, SpecErrors errors)
    {
        if (webhook is null) return;
        if (webhook.IsEnabled || webhook.Url.Length > 0) CheckWebhookUrl(webhook.Url, errors);
        for (var i = 0; i < webhook.Events.Count; i++) errors.CheckChoice($"spec.webhook.events[{i}]", webhook.Events[i], WebhookEvents.All);
        if (webhook.AuthSecret is { } secret)
        {
            errors.CheckSecretName("spec.webhook.authSecret.name", secret.Name);
            errors.CheckSecretKey("spec.webhook.authSecret.tokenKey", secret.TokenKey);
            errors.CheckSecretKey("spec.webhook.authSecret.usernameKey", secret.UsernameKey);
            errors.CheckSecretKey("spec.webhook.authSecret.passwordKey", secret.PasswordKey);
        }
        errors.CheckDuration("spec.webhook.timeout", webhook.Timeout, RegistryLimits.MaxTimeout, zeroAllowed: false);
    }

    private static bool IsHttp(Uri url) => url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp;

    [GeneratedRegex(@"\A[a-z0-9]+/[a-z0-9_]+(/[a-z0-9.]+)?\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PlatformName();
}
