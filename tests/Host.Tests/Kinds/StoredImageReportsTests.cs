using NSubstitute;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Tests.Scans;
using RegistryOperator.Reports;
using RegistryOperator.Tests.ReportStores;

namespace RegistryOperator.Host.Tests.Kinds;

public class StoredImageReportsTests
{
    private static readonly Digest Image = ScanParts.DigestOf("image");
    private static readonly DateTimeOffset Now = DateTimeOffset.Parse("2026-01-02T03:04:05Z");

    private readonly IReportStore _store = Substitute.For<IReportStore>();
    private readonly List<Report> _reports = [];

    public StoredImageReportsTests() =>
        _store.FindAsync(Arg.Is<IReadOnlyCollection<Digest>>(digests => digests.Single() == Image), Arg.Any<CancellationToken>()).Returns(_ => _reports);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Find_SeveralOfOneScanner_IsTheLatestWithItsDocuments()
    {
        Add(ScannerKind.Vulnerability, "trivy", "a", hoursAgo: 3);
        Add(ScannerKind.Vulnerability, "trivy", "b", hoursAgo: 1);
        Add(ScannerKind.Vulnerability, "trivy", "c", hoursAgo: 2);

        var report = await ScanParts.StoredReports(_store, Image).FindAsync(ScannerKind.Vulnerability, "trivy", Cancel);

        (report!.Created, report.ToolVersion, report.DatabaseVersion).ShouldBe((Now.AddHours(-1), "tool 1", "db 1"));
        report.Documents.ShouldHaveSingleItem().MediaType.ShouldBe("b");
    }

    [Theory]
    [InlineData("vulnerability", "grype")]
    [InlineData("sbom", "trivy")]
    public async Task Find_AnotherKindOrScanner_IsNone(string kind, string scanner)
    {
        Add(ScannerKind.Vulnerability, "trivy", "a", hoursAgo: 1);

        (await ScanParts.StoredReports(_store, Image).FindAsync(new ScannerKind(kind), scanner, Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task FindSbom_OneMadeHereAndALaterAttachedOne_IsTheOneMadeHere()
    {
        Add(ScannerKind.Sbom, "syft", "made", hoursAgo: 5);
        Add(ScannerKind.Sbom, "syft", "attached", hoursAgo: 1, ScanMethods.Attached);
        Add(ScannerKind.Vulnerability, "trivy", "other", hoursAgo: 0);

        (await PackageAsync()).ShouldBe("made");
    }

    [Fact]
    public async Task FindSbom_SeveralMadeHere_IsTheLatest()
    {
        Add(ScannerKind.Sbom, "syft", "older", hoursAgo: 5);
        Add(ScannerKind.Sbom, "syft", "newer", hoursAgo: 1);
        Add(ScannerKind.Sbom, "trivy", "oldest", hoursAgo: 6);

        (await PackageAsync()).ShouldBe("newer");
    }

    [Fact]
    public async Task FindSbom_OnlyAnAttachedOne_IsThat()
    {
        Add(ScannerKind.Sbom, "syft", "attached", hoursAgo: 1, ScanMethods.Attached);

        (await PackageAsync()).ShouldBe("attached");
    }

    [Theory]
    [InlineData("https://other.example")]
    [InlineData("http://registry.example.com")] // nothing that was learnt without TLS serves who asks for it
    [InlineData("")] // of a store that did not record it
    public async Task Find_AnotherRegistrysResultOfTheSameDigest_IsNone(string registry)
    {
        Add(ScannerKind.Sbom, "syft", "theirs", hoursAgo: 1, registry: registry);

        (await PackageAsync()).ShouldBeNull();
        (await ScanParts.StoredReports(_store, Image).FindAsync(ScannerKind.Sbom, "syft", Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task FindSbom_NoneOrOneWithoutADocument_IsNone()
    {
        (await PackageAsync()).ShouldBeNull();
        Add(ScannerKind.Sbom, "syft", "gone", hoursAgo: 1);
        _store.ReadDocumentsAsync(Arg.Any<ReportKey>(), Arg.Any<CancellationToken>()).Returns([ScanParts.Document("text/plain", "no SBOM")]);

        (await PackageAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task AnyOf_ReportDatedIntoTheFuture_DoesNotHideTheOthers()
    {
        Add(ScannerKind.Sbom, "syft", "wrong clock", hoursAgo: -10_000);
        Add(ScannerKind.Sbom, "syft", "right", hoursAgo: 1);

        (await PackageAsync()).ShouldBe("right");
        (await ScanParts.StoredReports(_store, Image).FindAsync(ScannerKind.Sbom, "syft", Cancel))!.Created.ShouldBe(Now.AddHours(-1));
    }

    private async Task<string?> PackageAsync() => (await ScanParts.StoredReports(_store, Image).FindSbomAsync(Cancel))?.Packages.Single().Name;

    private void Add(ScannerKind kind, string scanner, string name, int hoursAgo, string method = ScanMethods.Image, string registry = SampleReports.Registry)
    {
        var key = new ReportKey(Image, kind, scanner, name) { Registry = registry };
        _reports.Add(ScanParts.Report(key, Now.AddHours(-hoursAgo), method: method));
        _store.ReadDocumentsAsync(key, Arg.Any<CancellationToken>()).Returns(kind == ScannerKind.Sbom
            ? [ScanParts.Document("text/plain", "beside it"), ScanParts.Document(ScanParts.Sbom.MediaType, ScanParts.CycloneDx(name))]
            : [ScanParts.Document(name, "{}")]);
    }
}
