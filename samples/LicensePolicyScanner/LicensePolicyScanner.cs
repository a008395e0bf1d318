using System.Globalization;
using System.Text.Json;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Scanning;

namespace LicensePolicy;

/// <summary>Reports packages under licences that a policy forbids, from the SBOM that the operator already has: it reads no registry and starts
/// no tool.</summary>
public sealed class LicensePolicyScanner : IImageScanner
{
    private const string ReportMediaType = "application/vnd.license-policy.report+json";

    /// <summary>Packages named in the summary; the report names all.</summary>
    private const int NamedInSummary = 3;

    /// <inheritdoc/>
    public ScannerDescriptor Descriptor { get; } = new("license-policy", ScannerKind.Custom, "1.0.0")
    {
        Description = "Packages under licences that a policy forbids.",
        OptionsType = typeof(LicensePolicyOptions),
        IsRepeatable = true,
        Needs = [ScannerKind.Sbom],
    };

    /// <inheritdoc/>
    public ValueTask<ScannerReadiness> CheckReadinessAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(ScannerReadiness.Ready());
    }

    /// <inheritdoc/>
    public async Task<ImageScanResult> ScanAsync(ImageScanRequest request, CancellationToken cancellationToken)
    {
        var options = request.Options as LicensePolicyOptions ?? new LicensePolicyOptions();
        var sbom = request.Reports is { } reports ? await reports.FindSbomAsync(cancellationToken) : null;
        if (sbom is null)
            throw new ScanException(ScanReasons.ScannerUnavailable, "The image has no SBOM to read licences from: switch on spec.sbomGeneration.");
        cancellationToken.ThrowIfCancellationRequested();

        var judged = sbom.Packages.Where(package => !options.Except.Contains(package.Name, StringComparer.Ordinal)).ToArray();
        var forbidden = judged.Where(package => IsForbidden(package, options)).OrderBy(package => package.Name, StringComparer.Ordinal).ToArray();
        var unknown = judged.Where(package => package.Licenses.Count == 0).OrderBy(package => package.Name, StringComparer.Ordinal).ToArray();
        return new ImageScanResult
        {
            Result = forbidden.Length > 0 || (options.ForbidUnknown && unknown.Length > 0) ? "Failed" : "Passed",
            Summary = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["packages"] = Text(judged.Length),
                ["forbidden"] = Text(forbidden.Length),
                ["unknown"] = Text(unknown.Length),
                ["examples"] = string.Join(
                    ", ", forbidden.Take(NamedInSummary).Select(package => $"{package.Name} ({string.Join(" AND ", package.Licenses)})")),
            }.Where(entry => entry.Value.Length > 0).ToDictionary(StringComparer.Ordinal),
            Documents = [new ReportDocument(ReportMediaType, Report(forbidden, unknown))],
        };
    }

    // Several licences of one package hold together.
    private static bool IsForbidden(SbomPackage package, LicensePolicyOptions options) =>
        package.Licenses.Any(licence => LicenseExpression.IsForbidden(licence, identifier => options.Forbidden.Any(pattern => Fits(identifier, pattern))));

    private static bool Fits(string identifier, string pattern) => pattern.EndsWith('*')
        ? identifier.StartsWith(pattern[..^1], StringComparison.OrdinalIgnoreCase)
        : identifier.Equals(pattern, StringComparison.OrdinalIgnoreCase);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static byte[] Report(IEnumerable<SbomPackage> forbidden, IEnumerable<SbomPackage> unknown)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            Write(writer, "forbidden", forbidden);
            Write(writer, "unknown", unknown);
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static void Write(Utf8JsonWriter writer, string name, IEnumerable<SbomPackage> packages)
    {
        writer.WriteStartArray(name);
        foreach (var package in packages)
        {
            writer.WriteStartObject();
            writer.WriteString("name", package.Name);
            writer.WriteString("version", package.Version);
            writer.WriteString("type", package.Type);
            writer.WriteStartArray("licenses");
            foreach (var licence in package.Licenses) writer.WriteStringValue(licence);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
