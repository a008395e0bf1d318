using System.Globalization;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Text;
using RegistryOperator.Reports;
using RegistryOperator.Sboms;
using RegistryOperator.Sboms.Documents;

namespace RegistryOperator.Host.Kinds.Sboms;

/// <summary><c>spec.sbomGeneration</c> and <c>status.images[].sbom</c>.</summary>
internal sealed class SbomKind : IScanKind
{
    public ScannerKind Kind => ScannerKind.Sbom;

    public string OptionsField => "spec.sbomGeneration.options";

    public bool RunsFirst => true;

    public IReadOnlyList<StatusCut> Cuts { get; } = [new(CutOrder.Contents, "packages", CountPackages, WithoutPackages)];

    public IEnumerable<ScannerUse> UsesOf(RegistrySpec spec)
    {
        if (spec.SbomGeneration is not { IsEnabled: true } section) return [];
        return
        [
            new ScannerUse(Kind, section.EffectiveGenerator, section.EffectiveScanInterval, "spec.sbomGeneration.generator")
            {
                Tags = section.Tags,
                Options = section.Options,
                OptionsField = OptionsField,
                Variant = section.EffectiveFormat,
                TakesAttached = section.TakesAttached,
            },
        ];
    }

    public ImageScanRequest Prepare(ImageScanRequest request, ScannerUse use) => use.Variant is { } format ? request with { SbomFormat = format } : request;

    public Task<ImageScanResult?> FindAttachedAsync(ImageScanRequest request, Action<Digest, string> skipped, CancellationToken cancellationToken) =>
        AttachedSbom.FindAsync(request, skipped, cancellationToken);

    public ResultSummary Summarize(ImageScanResult result, string scanner)
    {
        if (result.Documents.FirstOrDefault(document => SbomMediaTypes.IsSbom(document.MediaType)) is not { } document)
            throw new ScanException(ScanReasons.InvalidContent, $"{scanner} is of kind {Kind} but returned no SBOM document.");
        try
        {
            var sbom = SbomReader.Read(document.MediaType, document.Content);
            return new ResultSummary(EnrichedSbomJson.Write(EnrichedSbom.Of(sbom, report: null, []))) { Packages = sbom.Packages };
        }
        catch (SbomFormatException invalid)
        {
            throw new ScanException(ScanReasons.InvalidContent, $"The SBOM that {scanner} made can't be read: {invalid.Message}", invalid);
        }
    }

    public Task JoinAsync(IRoundReports reports, IReportStore store, CancellationToken cancellationToken) =>
        SbomEnricher.EnrichAsync(reports, store, cancellationToken);

    public ValueTask<ImageStatus> ShowAsync(
        ImageStatus image, IReadOnlyList<ScannerFindings> findings, RegistrySpec spec, IReportStore store, CancellationToken cancellationToken)
    {
        // Reports are shared with resources that ask for vulnerabilities where this one may not.
        var showsVulnerabilities = spec.VulnerabilityScanning is { IsEnabled: true };
        return ValueTask.FromResult(image with { Sbom = findings is [var only, ..] ? SbomSection.Build(only, image, showsVulnerabilities) : null });
    }

    public IEnumerable<ScanColumn> ColumnsOf(IReadOnlyList<ImageStatus> images) =>
        images.Any(image => image.Sbom is not null) ? [new ScanColumn("PACKAGES", image => CellOf(image.Sbom))] : [];

    public IEnumerable<ScanProblem> ProblemsOf(ImageStatus image) => ScanProblem.Of(image.Sbom?.Reason, image.Sbom?.Message);

    public async Task<ReportView> ViewAsync(Report report, IReportStore store, CancellationToken cancellationToken)
    {
        var counts = await store.CountPackagesAsync(report.Key, cancellationToken);
        var byCount = counts
            .OrderByDescending(count => count.Value).ThenBy(count => count.Key, StringComparer.Ordinal)
            .Select(count => $"{count.Value} {count.Key}");
        return new ReportView(counts.Count == 0 ? "0 packages" : $"{Counted.Of(counts.Values.Sum(), "package")}: {string.Join(", ", byCount)}");
    }

    private static TerminalText CellOf(SbomStatus? section)
    {
        if (section is null) return default;
        return section.TotalPackages is { } total ? total.ToString(CultureInfo.InvariantCulture) + ScanColumn.Suffix(section.Reason) : section.Reason;
    }

    private static int CountPackages(ImageStatus image) => image.Sbom is { } sbom ? sbom.Packages.Count + (sbom.Dependencies?.TopLevelPackages.Count ?? 0) : 0;

    private static ImageStatus WithoutPackages(ImageStatus image) => image with
    {
        Sbom = image.Sbom! with { Packages = [], Dependencies = image.Sbom.Dependencies is { } known ? known with { TopLevelPackages = [] } : null },
    };
}
