using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Vulnerabilities;
using RegistryOperator.Plugins.Trivy.Documents;
using RegistryOperator.Trivy.Tests.Support;

namespace RegistryOperator.Trivy.Tests;

/// <summary>A finding that disappears with a newer database is looked for in the image before that is believed.</summary>
public sealed class LostFindingTests : IAsyncDisposable
{
    private const string Bash = "CVE-1 bash 5.2";
    private const string Curl = "CVE-2 curl 7.88";

    private readonly RescannedImage _image = new() { InImage = [Bash, Curl], InSbom = [Bash, Curl] };

    public ValueTask DisposeAsync() => _image.DisposeAsync();

    [Theory]
    [InlineData(Bash, Curl)]
    [InlineData(Curl, Bash)]
    [InlineData(Bash, Curl, "CVE-3 zlib 1.2")]
    public async Task Scan_NothingLost_LooksIntoTheSbomAlone(params string[] inSbom)
    {
        await _image.ScanAsync();
        await _image.UpdateDatabaseAsync();
        _image.InSbom = inSbom;

        var result = await _image.ScanAsync();

        result.Method.ShouldBe(ScanMethods.Sbom);
        _image.Verbs.ShouldBe(["sbom"]);
        result.Vulnerabilities().Count.ShouldBe(inSbom.Length);
        _image.Documents.ShouldBe([TrivyMediaTypes.Report, SbomMediaTypes.CycloneDxJson]);
    }

    [Theory]
    [InlineData("Severity, score and fix", "\"Severity\":\"LOW\",\"FixedVersion\":\"9\",\"Title\":\"t\",\"Status\":\"fixed\"", null)]
    [InlineData("The image's name in another repository", "\"Severity\":\"HIGH\"", "registry.example/other/app (debian 12.5)")]
    public async Task Scan_OtherWordsAboutTheSameFindings_AreNoLoss(string what, string details, string? target)
    {
        await _image.ScanAsync();
        await _image.UpdateDatabaseAsync();
        _image.Details = details;
        _image.Target = target ?? _image.Target;

        await _image.ScanAsync();

        _image.Verbs.ShouldBe(["sbom"], what);
    }

    [Theory]
    [InlineData(Bash, Bash, null)]
    [InlineData(Bash, Bash, "CVE-2 bash 5.2")]
    [InlineData(Bash, Bash, "CVE-1 curl 7.88")]
    [InlineData(Bash, Bash, "CVE-2 curl 8.00")]
    [InlineData("CVE-5 lodash 4 app/a", "CVE-5 lodash 4 app/a", "CVE-5 lodash 4 app/b")]
    public async Task Scan_AnyFindingLost_LooksIntoTheImage(string kept, string first, string? instead)
    {
        var lost = kept == Bash ? Curl : "CVE-5 lodash 4 app/c";
        _image.InImage = [first, lost];
        await _image.ScanAsync();
        await _image.UpdateDatabaseAsync();
        _image.InSbom = instead is null ? [kept] : [kept, instead];

        var result = await _image.ScanAsync();

        _image.Verbs.ShouldBe(["sbom", "image"]);
        result.Method.ShouldBe(ScanMethods.Image);
        result.Vulnerabilities().Count.ShouldBe(2);
    }

    [Fact]
    public async Task Scan_LossThatTheImageConfirms_IsBelievedAndLookedIntoOnce()
    {
        await _image.ScanAsync();
        _image.InImage = _image.InSbom = [Bash];
        await _image.UpdateDatabaseAsync();

        var confirmed = await _image.ScanAsync();
        var verbs = _image.Verbs;
        await _image.UpdateDatabaseAsync();
        var after = await _image.ScanAsync();

        verbs.ShouldBe(["sbom", "image"]);
        confirmed.Pairs().ShouldBe(["CVE-1 bash"]);
        after.Pairs().ShouldBe(["CVE-1 bash"]);
        _image.Verbs.ShouldBe(["sbom"]);
        after.Method.ShouldBe(ScanMethods.Sbom);
    }

    /// <summary>The SBOM of an image whose package database was deleted names the image itself, by a package URL as well.</summary>
    [Theory]
    [InlineData("[]", true)]
    [InlineData("""[{"Name":"bash","Version":"5","Identifier":{"PURL":"pkg:deb/debian/bash@5"}}]""", false)]
    public async Task Scan_NothingFoundInTheImageAndThenInItsSbom_IsRecognizedByItsPackagesAlone(string packages, bool isNothingRecognized)
    {
        (_image.InImage, _image.InSbom, _image.Packages) = ([], [], packages);

        for (var scan = 0; scan < 2; scan++)
        {
            (await _image.ScanAsync()).ShouldBeOfType<VulnerabilityScanResult>().IsNothingRecognized.ShouldBe(isNothingRecognized);
            await _image.UpdateDatabaseAsync();
        }

        _image.Last!.Method.ShouldBe(ScanMethods.Sbom);
    }

    [Fact]
    public async Task Scan_AllFindingsWithdrawn_IsAnEmptyResult()
    {
        await _image.ScanAsync();
        _image.InImage = _image.InSbom = [];
        await _image.UpdateDatabaseAsync();

        (await _image.ScanAsync()).Pairs().ShouldBeEmpty();

        _image.Verbs.ShouldBe(["sbom", "image"]);
    }

    [Fact]
    public async Task Scan_LossThatTheImageRefutes_KeepsTheFindingAndNoSbomFromThenOn()
    {
        await _image.ScanAsync();
        _image.InSbom = [Bash];
        await _image.UpdateDatabaseAsync();

        var refuted = await _image.ScanAsync();
        var documents = _image.Documents.ToArray();
        await _image.UpdateDatabaseAsync();
        var second = await _image.ScanAsync();
        var verbs = _image.Verbs;
        await _image.UpdateDatabaseAsync();
        await _image.ScanAsync();

        refuted.Pairs().ShouldBe(["CVE-1 bash", "CVE-2 curl"]);
        documents.ShouldBe([TrivyMediaTypes.Report]);
        second.Pairs().ShouldBe(["CVE-1 bash", "CVE-2 curl"]);
        verbs.ShouldBe(["image"]);
        _image.Verbs.ShouldBe(["image"], "the SBOM is not tried again with each database");
        _image.Documents.ShouldBe([TrivyMediaTypes.Report]);
    }

    [Fact]
    public async Task Scan_ImageHasMoreThanTheSbomThoughTheLossIsRight_KeepsNoSbom()
    {
        await _image.ScanAsync();
        _image.InSbom = [Bash];
        _image.InImage = [Bash, "CVE-9 zlib 1.2"];
        await _image.UpdateDatabaseAsync();

        (await _image.ScanAsync()).Pairs().ShouldBe(["CVE-1 bash", "CVE-9 zlib"]);

        _image.Documents.ShouldBe([TrivyMediaTypes.Report]);
    }

    [Fact]
    public async Task Scan_SbomHasMoreThanTheImage_BelievesTheImageAndKeepsTheSbom()
    {
        await _image.ScanAsync();
        _image.InSbom = [Bash, "CVE-9 zlib 1.2"];
        _image.InImage = [Bash];
        await _image.UpdateDatabaseAsync();

        (await _image.ScanAsync()).Pairs().ShouldBe(["CVE-1 bash"]);

        _image.Documents.ShouldBe([TrivyMediaTypes.Report, SbomMediaTypes.CycloneDxJson]);
    }

    [Fact]
    public async Task Scan_LossAndNoImageToLookInto_IsAFailureSoThatTheLastResultStays()
    {
        await _image.ScanAsync();
        _image.InSbom = [Bash];
        _image.ImageError = "x\tFATAL\tFatal error\tGET https://r: TOOMANYREQUESTS: slow down";
        await _image.UpdateDatabaseAsync();

        (await Should.ThrowAsync<ScanException>(() => _image.ScanAsync())).Reason.ShouldBe(ScanReasons.RateLimited);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"SchemaVersion\":1}")]
    [InlineData(null)]
    public async Task Scan_LastReportCanNotBeRead_LooksIntoTheImageSinceNothingCanBeCompared(string? report)
    {
        var first = await _image.ScanAsync();
        var sbom = first.Documents[1];
        _image.Last = first with
        {
            Documents = report is null ? [sbom] : [new ReportDocument(TrivyMediaTypes.Report, System.Text.Encoding.UTF8.GetBytes(report)), sbom],
        };
        await _image.UpdateDatabaseAsync();

        (await _image.ScanAsync()).Method.ShouldBe(ScanMethods.Image);

        _image.Verbs.ShouldBe(["image"]);
        _image.Documents.ShouldBe([TrivyMediaTypes.Report, SbomMediaTypes.CycloneDxJson]);
    }

    [Fact]
    public async Task Scan_SbomCanNotBeScanned_LooksIntoTheImageAndKeepsAnother()
    {
        await _image.ScanAsync();
        _image.SbomExitCode = 1;
        await _image.UpdateDatabaseAsync();

        (await _image.ScanAsync()).Method.ShouldBe(ScanMethods.Image);

        _image.Verbs.ShouldBe(["sbom", "image"]);
        _image.Documents.ShouldBe([TrivyMediaTypes.Report, SbomMediaTypes.CycloneDxJson]);
    }

    [Fact]
    public async Task Scan_SameDatabase_MeansTheImage()
    {
        await _image.ScanAsync();

        (await _image.ScanAsync()).Method.ShouldBe(ScanMethods.Image);

        _image.Verbs.ShouldBe(["image"]);
        _image.Documents.ShouldBe([TrivyMediaTypes.Report, SbomMediaTypes.CycloneDxJson]);
    }

    [Fact]
    public async Task Scan_OtherTrivy_LooksIntoTheImageAndMayKeepAnSbomAgain()
    {
        var first = await _image.ScanAsync();
        _image.Last = first with { Documents = [first.Documents[0]] };
        await _image.UpdateDatabaseAsync();
        await _image.ScanAsync();
        var without = _image.Documents.ToArray();

        _image.UpdateTool();
        await _image.UpdateDatabaseAsync();
        await _image.ScanAsync();

        without.ShouldBe([TrivyMediaTypes.Report]);
        _image.Verbs.ShouldBe(["image"]);
        _image.Documents.ShouldBe([TrivyMediaTypes.Report, SbomMediaTypes.CycloneDxJson]);
    }

    [Theory]
    [InlineData("\"3.21\" repository=\"3.21\"", "sbom")]
    [InlineData("\"3.21\" repository=\"\"", "sbom")]
    [InlineData("\"3.21\" repository=\"edge\"", "image")]
    [InlineData("\"3.19\" repository=\"3.18\"", "image")]
    public async Task Scan_Alpine_LooksIntoTheSbomOnlyWhereRepositoryAndReleaseAgree(string words, string verb)
    {
        _image.System = """{"Family":"alpine","Name":"3.21.0"}""";
        _image.Words = $"x\tINFO\t[alpine] Detecting vulnerabilities...\tos_version={words} pkg_num=1\n";
        await _image.ScanAsync();
        await _image.UpdateDatabaseAsync();

        (await _image.ScanAsync()).Pairs().ShouldBe(["CVE-1 bash", "CVE-2 curl"]);

        _image.Verbs.ShouldBe([verb]);
    }
}
