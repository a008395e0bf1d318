using System.IO.Compression;
using System.Text;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Vulnerabilities;
using RegistryOperator.Reports;
using RegistryOperator.Tests.Servers;
using static RegistryOperator.Tests.ReportStores.SampleReports;

namespace RegistryOperator.Tests.ReportStores.Contract;

/// <summary>What is saved is found again, whole.</summary>
public abstract class SavedReportContract<TSandbox> : StoreContract<TSandbox>
    where TSandbox : IStoreSandbox, new()
{
    [Fact]
    public async Task FindAsync_SavedReport_GivesAllOfItBack()
    {
        var saved = New(Image("a"), ScannerKind.Vulnerability, "trivy", "options-hash");
        await Store.SaveAsync(saved, Token);

        var found = (await Store.FindAsync([Image("a")], Token)).ShouldHaveSingleItem();

        found.ShouldBe(saved.Report with { Summary = found.Summary });
        found.Summary.ToArray().ShouldBe(saved.Report.Summary.ToArray());
    }

    [Fact]
    public async Task FindAsync_ManyDigests_GivesThoseThatHaveReports()
    {
        Digest[] digests = [.. Enumerable.Range(0, 30_000).Select(number => Image($"image {number}"))];
        foreach (var digest in digests.Where((_, index) => index % 5_000 == 0)) await Store.SaveAsync(Sbom(digest), Token);

        var found = await Store.FindAsync(digests, Token);

        found.Select(report => report.Key.Digest).ShouldBe(digests.Where((_, index) => index % 5_000 == 0), ignoreOrder: true);
    }

    [Fact]
    public async Task FindAsync_SeveralScannersAndOptions_AreSeparateReports()
    {
        await Store.SaveAsync(New(Image("a"), ScannerKind.Vulnerability, "trivy"), Token);
        await Store.SaveAsync(New(Image("a"), ScannerKind.Vulnerability, "trivy", "other options"), Token);
        await Store.SaveAsync(New(Image("a"), ScannerKind.Vulnerability, "other"), Token);
        await Store.SaveAsync(New(Image("a"), ScannerKind.Sbom, "trivy"), Token);

        (await Store.FindAsync([Image("a"), Image("a")], Token)).Count.ShouldBe(4);
    }

    [Fact]
    public async Task FindAsync_SameDigestInSeveralRegistriesAndRepositories_AreSeparateReports()
    {
        (string Registry, string Repository)[] origins =
        [
            ("https://a.example", ""),
            ("https://b.example", ""),
            ("https://a.example", "https://a.example/app"),
            ("https://a.example", "https://a.example/web"),
        ];
        foreach (var (registry, repository) in origins)
            await Store.SaveAsync((Sbom(Image("a")) with { Documents = [Document($"{registry} {repository}")] }).From(registry, repository), Token);

        var reports = await Store.FindAsync([Image("a")], Token);

        reports.Select(report => (report.Key.Registry, report.Key.Repository)).ShouldBe(origins, ignoreOrder: true);
        foreach (var report in reports)
        {
            var document = (await Store.ReadDocumentsAsync(report.Key, Token)).ShouldHaveSingleItem();
            Encoding.UTF8.GetString(document.Content.Span).ShouldBe($"{report.Key.Registry} {report.Key.Repository}");
        }
    }

    [Fact]
    public async Task ReadDocumentsAsync_SeveralDocuments_KeepsBytesAndOrder()
    {
        var key = await SaveAsync(Sbom(Image("a")) with
        {
            Documents = [Document("main  \n"), Document("second", "application/spdx+json"), Document("", "text/plain")],
        });

        var documents = await Store.ReadDocumentsAsync(key, Token);

        documents.Select(document => (document.MediaType, Encoding.UTF8.GetString(document.Content.Span)))
            .ShouldBe([("application/json", "main  \n"), ("application/spdx+json", "second"), ("text/plain", "")]);
    }

    [Theory]
    [InlineData("syft/shop-api-1.4.0.syft.json")]
    [InlineData("syft/shop-api-1.4.0.spdx.json")]
    [InlineData("trivy/shop-api-1.4.0.json")]
    public async Task ReadDocumentsAsync_RealDocument_KeepsEveryByte(string file)
    {
        var content = TestDocuments.Read(file);
        var key = await SaveAsync(Sbom(Image("a")) with { Documents = [new("application/json", content)] });

        (await Store.ReadDocumentsAsync(key, Token)).ShouldHaveSingleItem().Content.Span.SequenceEqual(content).ShouldBeTrue();
    }

    [Fact]
    public async Task ListDocumentsAsync_SavedDocument_TellsSizeTypeAndDigest()
    {
        var key = await SaveAsync(Sbom(Image("a")) with { Documents = [Document("main")] });

        (await Store.ListDocumentsAsync(key, Token)).ShouldBe([new StoredDocument(Digest.Compute("main"u8), "application/json", 4)]);
    }

    [Fact]
    public async Task ReadStoredDocumentAsync_UnknownDocument_IsNull() => (await Store.ReadStoredDocumentAsync(Image("none"), Token)).ShouldBeNull();

    [Fact]
    public async Task ReadVulnerabilitiesAsync_EveryField_ComesBack()
    {
        var vulnerability = Found("CVE-2026-1", "bash", "5.0", "5.1") with
        {
            Status = "fixed",
            PackageUrl = "pkg:deb/debian/bash@5.0",
            PackagePath = "usr/bin/bash",
            Target = "app (debian 12)",
            LayerDigest = "sha256:1",
            Title = "A title",
            Description = "Ünïcode <text>",
            CvssScore = 9.8,
            CvssVector = "CVSS:3.1/AV:N",
            PrimaryUrl = "https://example.com",
            References = ["https://example.com/1"],
            Weaknesses = ["CWE-79"],
            Published = DateTimeOffset.Parse("2026-01-01T00:00:00Z"),
            Modified = DateTimeOffset.Parse("2026-01-02T00:00:00Z"),
        };
        var key = await SaveAsync(Vulnerabilities(Image("a"), vulnerability, Found("CVE-2026-2", "curl", "8", severity: Severity.Unknown)));

        var read = await Store.ReadVulnerabilitiesAsync(key, Token);

        read.Count.ShouldBe(2);
        read[0].ShouldBe(vulnerability with { References = read[0].References, Weaknesses = read[0].Weaknesses });
        read[0].References.ShouldBe(vulnerability.References);
        read[0].Weaknesses.ShouldBe(vulnerability.Weaknesses);
        read[1].Severity.ShouldBe(Severity.Unknown);
        read[1].References.ShouldBeEmpty();
        (await Store.ReadDocumentsAsync(key, Token)).ShouldBeEmpty("the vulnerabilities are no document of the report");
    }

    [Fact]
    public async Task ReadDocumentsAsync_NoSuchReport_IsEmpty()
    {
        var key = new ReportKey(Image("none"), ScannerKind.Sbom, "syft", "");

        (await Store.ReadDocumentsAsync(key, Token)).ShouldBeEmpty();
        (await Store.ListDocumentsAsync(key, Token)).ShouldBeEmpty();
        (await Store.ReadVulnerabilitiesAsync(key, Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task SaveAsync_SameKeyAgain_ReplacesAllOfTheReport()
    {
        await Store.SetImagesAsync(Shop, [Tagged("1.0", Image("a"))], Token);
        await SaveAsync(Sbom(Image("a"), Package("bash", "5.0"), Package("zlib", "1")) with { Documents = [Document("old"), Document("gone")] });
        var key = await SaveAsync(Sbom(Image("a"), Package("bash", "5.1"), Package("zlib", "1")) with { Documents = [Document("new")] });

        (await Store.FindAsync([Image("a")], Token)).ShouldHaveSingleItem();
        (await Store.ReadDocumentsAsync(key, Token)).ShouldHaveSingleItem().Content.ToArray().ShouldBe("new"u8.ToArray());
        (await Store.FindPackageAsync("bash", null, Token)).ShouldHaveSingleItem().Version.ShouldBe("5.1");
        (await Store.FindPackageAsync("zlib", null, Token)).ShouldHaveSingleItem();
        (await Store.ReadStoredDocumentAsync(Digest.Compute("old"u8), Token)).ShouldBeNull("nobody has the document any more");
    }

    [Fact]
    public async Task SaveAsync_DocumentOfSeveralReports_StaysUntilTheLastIsReplaced()
    {
        await SaveAsync(Sbom(Image("a")) with { Documents = [Document("same")] });
        await SaveAsync(Sbom(Image("b")) with { Documents = [Document("same"), Document("same", "text/plain")] });

        await SaveAsync(Sbom(Image("a")));
        (await Store.ReadStoredDocumentAsync(Digest.Compute("same"u8), Token)).ShouldNotBeNull();
        await SaveAsync(Sbom(Image("b")));
        (await Store.ReadStoredDocumentAsync(Digest.Compute("same"u8), Token)).ShouldBeNull();
    }

    [Fact]
    public async Task SaveAsync_ConcurrentSavesAndReads_AllSucceed()
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, 100), Token, async (number, token) =>
        {
            await Store.SaveAsync(Sbom(Image($"image {number % 20}"), Package("bash", $"{number}")) with { Documents = [Document($"{number}")] }, token);
            await Store.FindAsync([Image($"image {number % 20}")], token);
        });

        (await Store.FindAsync([.. Enumerable.Range(0, 20).Select(number => Image($"image {number}"))], Token)).Count.ShouldBe(20);
    }

    [Fact]
    public async Task SaveAsync_DocumentAboveTheLimit_IsRefusedWithSizeAndLimit()
    {
        var store = await Sandbox.OpenAsync(new ReportLimits { MaximumDocumentBytes = 10 });

        var error = await Should.ThrowAsync<ReportTooLargeException>(
            () => store.SaveAsync(Sbom(Image("a")) with { Documents = [Document("12345678901")] }, Token));

        error.Message.ShouldContain("11 bytes");
        error.Message.ShouldContain("takes 10: raise Reports:MaximumDocumentMiB");
        (await store.FindAsync([Image("a")], Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task UpdateSummaryAsync_SameReport_ReplacesItsSummaryAlone()
    {
        var report = Sbom(Image("a")) with { Documents = [Document("kept")] };
        var key = await SaveAsync(report);

        await Store.UpdateSummaryAsync(report.Report, "{\"new\":1}"u8.ToArray(), Token);

        var found = (await Store.FindAsync([Image("a")], Token)).ShouldHaveSingleItem();
        found.Summary.ToArray().ShouldBe("{\"new\":1}"u8.ToArray());
        (found with { Summary = default }).ShouldBe(report.Report with { Summary = default });
        (await Store.ReadDocumentsAsync(key, Token)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task UpdateSummaryAsync_ReportMadeAnewMeanwhile_KeepsTheNewSummary()
    {
        var earlier = Sbom(Image("a")).Report;
        var later = earlier with { Created = earlier.Created.AddTicks(1), Summary = "{\"later\":1}"u8.ToArray() };
        await SaveAsync(new NewReport { Report = earlier });
        await SaveAsync(new NewReport { Report = later });

        await Store.UpdateSummaryAsync(earlier, "{\"of the earlier\":1}"u8.ToArray(), Token);

        (await Store.FindAsync([Image("a")], Token)).ShouldHaveSingleItem().Summary.ToArray().ShouldBe(later.Summary.ToArray());
    }

    [Fact]
    public async Task UpdateSummaryAsync_NoSuchReport_DoesNothing()
    {
        await Store.UpdateSummaryAsync(Sbom(Image("a")).Report, "{}"u8.ToArray(), Token);

        (await Store.FindAsync([Image("a")], Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task FindAsync_AfterReopening_IsStillThere()
    {
        await SaveAsync(Sbom(Image("a")));
        await Store.DisposeAsync();
        Store = await Sandbox.OpenAsync();

        (await Store.FindAsync([Image("a")], Token)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task FindAsync_Cancelled_EndsWithCancellation()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => Store.FindAsync([Image("a")], cancelled.Token));
    }

    [Fact]
    public async Task SaveAsync_DocumentsAtTheLimit_AreTaken()
    {
        var store = await Sandbox.OpenAsync(new ReportLimits { MaximumDocumentBytes = 10 });

        await store.SaveAsync(Sbom(Image("a")) with { Documents = [Document("1234567890"), Document("0123456789")] }, Token);

        (await store.FindAsync([Image("a")], Token)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task SaveAsync_VulnerabilitiesAboveTheLimit_AreRefusedToo()
    {
        var store = await Sandbox.OpenAsync(new ReportLimits { MaximumDocumentBytes = 10 });

        await Should.ThrowAsync<ReportTooLargeException>(() => store.SaveAsync(Vulnerabilities(Image("a"), Found("CVE-2026-1", "bash", "5.0")), Token));
    }

    [Fact]
    public async Task SaveAsync_FewerVulnerabilitiesThanBefore_FindsTheOthersNoMore()
    {
        await Store.SetImagesAsync(Shop, [Tagged("1.0", Image("a"))], Token);
        await SaveAsync(Vulnerabilities(Image("a"), Found("CVE-2026-1", "bash", "5.0"), Found("CVE-2026-2", "curl", "8", "8.1")));
        var key = await SaveAsync(Vulnerabilities(Image("a"), Found("CVE-2026-2", "curl", "8", "8.2")));

        (await Store.FindVulnerabilityAsync("CVE-2026-1", Token)).ShouldBeEmpty();
        (await Store.FindPackageAsync("bash", null, Token)).ShouldBeEmpty();
        (await Store.FindVulnerabilityAsync("CVE-2026-2", Token)).ShouldHaveSingleItem().FixedVersion.ShouldBe("8.2");
        (await Store.ReadVulnerabilitiesAsync(key, Token)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task SaveAsync_VulnerablePackageOfNoType_IsFoundAsUnknown()
    {
        await Store.SetImagesAsync(Shop, [Tagged("1.0", Image("a"))], Token);
        await SaveAsync(Vulnerabilities(Image("a"), Found("CVE-2026-1", "bash", "5.0") with { PackageType = null }));

        (await Store.FindVulnerabilityAsync("CVE-2026-1", Token)).ShouldHaveSingleItem().Type.ShouldBe("unknown");
    }

    [Fact]
    public async Task SaveAsync_SameKeyAgain_ReplacesVersionsTimeMethodResultAndSummary()
    {
        var first = Sbom(Image("a")).Report;
        var second = first with
        {
            Versions = new ReportVersions("2.0.0", null, null),
            Created = first.Created.AddHours(1),
            Method = ScanMethods.Image + "-other",
            Result = "Other",
            Summary = "{}"u8.ToArray(),
        };
        await SaveAsync(new NewReport { Report = first });
        await SaveAsync(new NewReport { Report = second });

        var found = (await Store.FindAsync([Image("a")], Token)).ShouldHaveSingleItem();
        (found with { Summary = default }).ShouldBe(second with { Summary = default });
        found.Summary.ToArray().ShouldBe("{}"u8.ToArray());
    }

    [Fact]
    public async Task UpdateSummaryAsync_ReportsThatDifferInOnePartOfTheirKey_AreNotTouched()
    {
        var report = New(Image("a"), ScannerKind.Vulnerability, "trivy", "options");
        NewReport[] others =
        [
            New(Image("b"), ScannerKind.Vulnerability, "trivy", "options"), New(Image("a"), ScannerKind.Sbom, "trivy", "options"),
            New(Image("a"), ScannerKind.Vulnerability, "other", "options"), New(Image("a"), ScannerKind.Vulnerability, "trivy", "others"),
        ];
        foreach (var one in others.Append(report)) await SaveAsync(one);

        await Store.UpdateSummaryAsync(report.Report, "{}"u8.ToArray(), Token);

        foreach (var found in await Store.FindAsync([Image("a"), Image("b")], Token))
            (found.Summary.Length == 2).ShouldBe(found.Key == report.Report.Key, $"{found.Key}");
    }

    [Fact]
    public async Task ReadDocumentsAsync_ReportsThatDifferInOnePartOfTheirKey_HaveTheirOwn()
    {
        NewReport[] reports =
        [
            New(Image("b"), ScannerKind.Vulnerability, "trivy", "options"), New(Image("a"), ScannerKind.Sbom, "trivy", "options"),
            New(Image("a"), ScannerKind.Vulnerability, "other", "options"), New(Image("a"), ScannerKind.Vulnerability, "trivy", "others"),
        ];
        foreach (var (report, index) in reports.Select((report, index) => (report, index)))
        {
            await SaveAsync(report with
            {
                Documents = [Document($"{index}")],
                Vulnerabilities = [Found($"CVE-{index}", "bash", "5")],
                Packages = [Package($"p{index}", "1", $"t{index}")],
            });
        }

        foreach (var (report, index) in reports.Select((report, index) => (report, index)))
        {
            var key = report.Report.Key;
            Encoding.UTF8.GetString((await Store.ReadDocumentsAsync(key, Token)).ShouldHaveSingleItem().Content.Span).ShouldBe($"{index}");
            (await Store.ListDocumentsAsync(key, Token)).ShouldHaveSingleItem().Digest.ShouldBe(Digest.Compute(Encoding.UTF8.GetBytes($"{index}")));
            (await Store.ReadVulnerabilitiesAsync(key, Token)).ShouldHaveSingleItem().Id.ShouldBe($"CVE-{index}");
            (await Store.CountPackagesAsync(key, Token)).ShouldBe(new Dictionary<string, int> { ["deb"] = 1, [$"t{index}"] = 1 }, ignoreOrder: true);
        }
    }

    [Fact]
    public async Task ReadStoredDocumentAsync_Document_IsBrotli()
    {
        await SaveAsync(Sbom(Image("a")) with { Documents = [Document("main")] });

        var stored = (await Store.ReadStoredDocumentAsync(Digest.Compute("main"u8), Token)).ShouldNotBeNull();

        StoredDocument.ContentCoding.ShouldBe("br");
        using var reader = new StreamReader(new BrotliStream(new MemoryStream(stored.ToArray()), CompressionMode.Decompress));
        (await reader.ReadToEndAsync(Token)).ShouldBe("main");
    }

    protected async Task<ReportKey> SaveAsync(NewReport report)
    {
        await Store.SaveAsync(report, Token);
        return report.Report.Key;
    }
}
