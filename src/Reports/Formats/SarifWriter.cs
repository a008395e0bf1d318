using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using RegistryOperator.Abstractions.Vulnerabilities;
using RegistryOperator.Reports.Search;

namespace RegistryOperator.Reports.Formats;

/// <summary>
/// Writes vulnerabilities as SARIF 2.1.0 (<see href="https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html"/>): a rule for each
/// vulnerability, a result for each package that has it, with the properties that code scanning services rank by. An alert's identity (rule, location and
/// <c>primaryLocationLineHash</c>) has no tag, so that a new release of an image does not close and open all its alerts.
/// </summary>
public static class SarifWriter
{
    /// <summary>The media type of what is written.</summary>
    public const string MediaType = "application/sarif+json";

    /// <summary>
    /// Results, and rules, that code scanning takes in a run
    /// (<see href="https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/troubleshoot-sarif-uploads"/>). The worst are kept.
    /// </summary>
    public const int MaximumResults = 25_000;

    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the vulnerabilities of a report.</summary>
    public static byte[] Write(LocatedReport report, IReadOnlyList<Vulnerability> vulnerabilities)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
            json.WriteString("version", "2.1.0");
            json.WriteStartArray("runs");
            WriteRun(json, report, [.. VulnerabilityOrder.Sort(vulnerabilities)]);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteRun(Utf8JsonWriter json, LocatedReport report, List<Vulnerability> vulnerabilities)
    {
        var total = vulnerabilities.Count;
        if (total > MaximumResults) vulnerabilities = vulnerabilities[..MaximumResults];
        var rules = vulnerabilities.Select(vulnerability => vulnerability.Id).Distinct(StringComparer.Ordinal).Select((id, index) => (id, index))
            .ToDictionary(rule => rule.id, rule => rule.index, StringComparer.Ordinal);
        json.WriteStartObject();
        json.WriteStartObject("tool");
        json.WriteStartObject("driver");
        json.WriteString("name", report.Report.Key.Scanner);
        json.WriteString("version", report.Report.Versions.Tool ?? report.Report.Versions.Scanner);
        json.WriteStartArray("rules");
        // The worst of each comes first.
        foreach (var vulnerability in vulnerabilities.DistinctBy(vulnerability => vulnerability.Id, StringComparer.Ordinal)) WriteRule(json, vulnerability);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();

        json.WriteStartArray("results");
        var occurrences = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var vulnerability in vulnerabilities) WriteResult(json, report.Target, vulnerability, rules[vulnerability.Id], occurrences);
        json.WriteEndArray();
        if (total > MaximumResults) WriteCutNotice(json, total);
        json.WriteString("columnKind", "utf16CodeUnits");
        json.WriteStartObject("properties");
        json.WriteString("image", report.Target.Name);
        json.WriteString("digest", report.Target.Digest.ToString());
        if (report.Target.Platform is { } platform) json.WriteString("platform", platform);
        if (report.Report.Versions.Database is { } database) json.WriteString("databaseVersion", database);
        json.WriteString("scanned", report.Report.Created);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteCutNotice(Utf8JsonWriter json, int total)
    {
        json.WriteStartArray("invocations");
        json.WriteStartObject();
        json.WriteBoolean("executionSuccessful", true);
        json.WriteStartArray("toolExecutionNotifications");
        json.WriteStartObject();
        json.WriteString("level", "warning");
        WriteText(json, "message", string.Create(CultureInfo.InvariantCulture,
            $"{total} vulnerabilities were found; the worst {MaximumResults} are listed: code scanning takes no more. The report has all of them."));
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteRule(Utf8JsonWriter json, Vulnerability vulnerability)
    {
        var title = vulnerability.Title ?? $"{vulnerability.Id} in {vulnerability.Package}";
        json.WriteStartObject();
        json.WriteString("id", vulnerability.Id);
        json.WriteString("name", "VulnerablePackage");
        WriteText(json, "shortDescription", title);
        WriteText(json, "fullDescription", vulnerability.Description ?? title);
        if (HelpUri(vulnerability) is { } help) json.WriteString("helpUri", help);
        var fixedIn = vulnerability.FixedVersion ?? FixOf(vulnerability.Status).Version;
        WriteText(json, "help", $"{title}\nSeverity: {vulnerability.Severity}\nPackage: {vulnerability.Package}\nFixed version: {fixedIn}");
        json.WriteStartObject("defaultConfiguration");
        json.WriteString("level", Level(vulnerability.Severity));
        json.WriteEndObject();
        json.WriteStartObject("properties");
        json.WriteString("security-severity", SecuritySeverity(vulnerability).ToString("0.0", CultureInfo.InvariantCulture));
        json.WriteString("precision", "very-high");
        json.WriteStartArray("tags");
        json.WriteStringValue("security");
        json.WriteStringValue("vulnerability");
        json.WriteStringValue(vulnerability.Severity.ToString().ToLowerInvariant());
        foreach (var weakness in vulnerability.Weaknesses) json.WriteStringValue("external/cwe/" + weakness.ToLowerInvariant());
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>What becomes of one that has no fixed version: the words are those of Trivy, for what the source of the advisory says.</summary>
    private static (string Version, string Sentence) FixOf(string? status) => status switch
    {
        "will_not_fix" => ("none, and none will come", "its vendor will not fix it"),
        "end_of_life" => ("none, and none will come", "its distribution has reached its end of life"),
        "fix_deferred" => ("none yet, it is deferred", "its vendor has put off the fix"),
        "not_affected" => ("none needed", "its vendor says that it is not affected"),
        _ => ("none yet", "there is no fixed version yet"),
    };

    private static void WriteResult(Utf8JsonWriter json, ReportTarget target, Vulnerability vulnerability, int rule, Dictionary<string, int> occurrences)
    {
        var remedy = vulnerability.FixedVersion is { Length: > 0 } version ? $"update it to {version}" : FixOf(vulnerability.Status).Sentence;
        json.WriteStartObject();
        json.WriteString("ruleId", vulnerability.Id);
        json.WriteNumber("ruleIndex", rule);
        json.WriteString("level", Level(vulnerability.Severity));
        WriteText(json, "message", $"{vulnerability.Package} {vulnerability.InstalledVersion} has {vulnerability.Id} ({vulnerability.Severity}): {remedy}.");
        json.WriteStartArray("locations");
        json.WriteStartObject();
        json.WriteStartObject("physicalLocation");
        json.WriteStartObject("artifactLocation");
        json.WriteString("uri", RelativeUri(vulnerability.PackagePath is { Length: > 0 } path ? path : RepositoryOf(target)));
        json.WriteEndObject();
        json.WriteStartObject("region");
        json.WriteNumber("startLine", 1);
        json.WriteEndObject();
        json.WriteEndObject();
        WriteText(json, "message",
            $"{target.Name}{(vulnerability.Target is { } part ? $", {part}" : "")}: {vulnerability.Package}@{vulnerability.InstalledVersion}");
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartObject("partialFingerprints");
        json.WriteString("primaryLocationLineHash", LineHash(vulnerability, occurrences));
        json.WriteString("vulnerablePackage/v1", Fingerprint(vulnerability));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, string name, string text)
    {
        json.WriteStartObject(name);
        json.WriteString("text", text);
        json.WriteEndObject();
    }

    private static string Level(Severity severity) => severity switch
    {
        Severity.Critical or Severity.High => "error",
        Severity.Medium => "warning",
        _ => "note",
    };

    /// <summary>
    /// A score for ranking: services show the severity that it stands for (<see
    /// href="https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support"/>). A score outside of the severity's range (another
    /// source's) would contradict it: then, and without one, the middle of the range.
    /// </summary>
    private static double SecuritySeverity(Vulnerability vulnerability)
    {
        var (least, most, middle) = vulnerability.Severity switch
        {
            Severity.Critical => (9.0, 10.0, 9.5),
            Severity.High => (7.0, 8.9, 8.0),
            Severity.Medium => (4.0, 6.9, 5.5),
            Severity.Low => (0.1, 3.9, 2.0),
            _ => (0.0, 10.0, 0.0),
        };
        return vulnerability.CvssScore is { } score && Math.Round(score, 1) >= least && Math.Round(score, 1) <= most ? score : middle;
    }

    private static string? HelpUri(Vulnerability vulnerability)
    {
        if (Uri.TryCreate(vulnerability.PrimaryUrl, UriKind.Absolute, out var primary)) return primary.AbsoluteUri;
        if (vulnerability.Id.StartsWith("CVE-", StringComparison.OrdinalIgnoreCase))
            return "https://nvd.nist.gov/vuln/detail/" + Uri.EscapeDataString(vulnerability.Id);
        return vulnerability.Id.StartsWith("GHSA-", StringComparison.OrdinalIgnoreCase)
            ? "https://github.com/advisories/" + Uri.EscapeDataString(vulnerability.Id)
            : null;
    }

    /// <summary>Escaped part by part: otherwise a registry's port would make its host look like a URI scheme.</summary>
    private static string RelativeUri(string path) => string.Join('/', path.TrimStart('/').Split('/').Select(Uri.EscapeDataString));

    /// <summary>What an operating system's packages are located in: the repository, without host, port and tag.</summary>
    private static string RepositoryOf(ReportTarget target) => ImageName.PathOf(ImageName.SplitTag(target.Name).Repository);

    /// <summary>As code scanning makes it: a hash, and which of several with the same it is. A new version that is as vulnerable is the same alert.</summary>
    private static string LineHash(Vulnerability vulnerability, Dictionary<string, int> occurrences)
    {
        var hash = Hash($"{vulnerability.Id}\n{vulnerability.PackageType}\n{vulnerability.Package}\n{vulnerability.PackagePath}")[..16];
        occurrences[hash] = occurrences.GetValueOrDefault(hash) + 1;
        return string.Create(CultureInfo.InvariantCulture, $"{hash}:{occurrences[hash]}");
    }

    private static string Fingerprint(Vulnerability vulnerability) => Hash(
        $"{vulnerability.Id}\n{vulnerability.PackageType}\n{vulnerability.Package}\n{vulnerability.InstalledVersion}\n{vulnerability.PackagePath}");

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
