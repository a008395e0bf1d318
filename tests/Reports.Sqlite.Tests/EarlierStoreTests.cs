using System.Text;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Vulnerabilities;
using RegistryOperator.Tests.ReportStores;
using static RegistryOperator.Tests.ReportStores.SampleReports;

namespace RegistryOperator.Reports.Sqlite.Tests;

/// <summary>A file that an earlier version of the operator wrote, one for each version of the schema in <c>Stores</c>, is opened, read and written.</summary>
public sealed class EarlierStoreTests : IAsyncDisposable
{
    private const string Registry = "http://127.0.0.1:39471";
    private const string Repository = "127.0.0.1:39471/team/app";
    private static readonly ResourceName Resource = new("golden", "platforms");
    private static readonly Digest One = Digest.Parse("sha256:104b00d785a4340fa807f22e60755b053161a0ef2de28414c46c950908cf2808");
    private static readonly Digest Two = Digest.Parse("sha256:acaa6823fbd9ec07753b1cf36ec4c4d683222d521b631b292ab774543ac1be2f");
    private static readonly Digest TwoOnAmd64 = Digest.Parse("sha256:f4a4dd92c6f292d76cf7a23ed0cfaf286636e7f2aeb1c0991dba27dab61d00c5");
    private static readonly Digest TwoOnArm64 = Digest.Parse("sha256:d2a72f311111de34fe8a5599a5e8601b07af872fc48532264de3fa2d66131fc5");
    private static readonly ReportKey Trivy = new(One, ScannerKind.Vulnerability, "trivy", "");
    private static readonly ReportKey Syft = new(One, ScannerKind.Sbom, "syft", "3972ee444f4daf0c");

    private readonly ReportSandbox _sandbox = new();

    public static TheoryData<string> Files() =>
        new(Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Stores"), "*.db").Select(file => Path.GetFileName(file)));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Fact]
    public void Files_EverySchema_IsThere() =>
        Files().Select(row => row.Data).ShouldBe(Enumerable.Range(1, StoreSchema.Version).Select(version => $"schema-{version}.db"), ignoreOrder: true);

    [Theory]
    [MemberData(nameof(Files))]
    public async Task FindAsync_EarlierStore_GivesReportsWithVersionsTimesAndSummaries(string file)
    {
        var store = await OpenAsync(file);

        var reports = await store.FindAsync([One], Token);

        reports.Select(report => $"{report.Key.Kind} {report.Key.Scanner} {report.Versions.Scanner} {report.Method} {report.Result}").ShouldBe(
            ["custom house-rules 2.0.0 image Passed", "sbom syft 1.0.0 image Generated", "vulnerability trivy 1.0.0 image Vulnerable"], ignoreOrder: true);
        var found = reports.Single(report => report.Key == In(file, Trivy));
        found.Versions.ShouldBe(new ReportVersions("1.0.0", "1.2.3", "2026-01-01"));
        found.Created.ShouldBe(DateTimeOffset.Parse("2026-01-02T03:04:05Z"));
        Text(found.Summary).ShouldStartWith("""{"all":{"critical":2,"high":2,"medium":2,"low":1,"unknown":1,"total":8},"fixable":{"critical":1,""");
        Text(reports.Single(report => report.Key.Kind == ScannerKind.Custom).Summary).ShouldBe("""{"values":{"platform":"linux/amd64","rules":"12"}}""");
        (await store.FindAsync([One, TwoOnAmd64, TwoOnArm64], Token)).Count.ShouldBe(9);
        Directory.GetFiles(_sandbox.DataDirectory, "*damaged*").ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task ReadDocumentsAsync_EarlierStore_GivesDocumentsVulnerabilitiesAndPackages(string file)
    {
        var store = await OpenAsync(file);

        var sbom = (await store.ReadDocumentsAsync(In(file, Syft), Token)).ShouldHaveSingleItem();
        sbom.MediaType.ShouldBe("application/vnd.cyclonedx+json");
        sbom.Content.Length.ShouldBe(688);
        Digest.Compute(sbom.Content.Span).ToString().ShouldBe("sha256:9306bec7b5331ee919d1d10a2c9a5383486a3857a11b0c073ab17f4dc975fe11");
        (await store.ListDocumentsAsync(In(file, Trivy), Token)).ShouldBe(
            [new StoredDocument(Digest.Parse("sha256:d8630b521b23a15121bfdc218dc7e70c2605e1d548f7bf1590949481e19ab772"), "application/json", 11)]);

        var vulnerabilities = await store.ReadVulnerabilitiesAsync(In(file, Trivy), Token);
        vulnerabilities.Select(found => found.Id).Order(StringComparer.Ordinal).ShouldBe(Enumerable.Range(1000, 8).Select(number => $"CVE-2026-{number}"));
        var first = vulnerabilities.Single(found => found.Id == "CVE-2026-1000");
        (first.Severity, first.Package, first.InstalledVersion, first.FixedVersion).ShouldBe((Severity.Critical, "package-0", "1.0.0", "1.0.1"));
        (await store.CountPackagesAsync(In(file, Syft), Token)).ShouldBe(new Dictionary<string, int> { ["deb"] = 3 });
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task GetImagesAsync_EarlierStore_GivesTheImagesOfTheResource(string file)
    {
        var store = await OpenAsync(file);

        var images = await store.GetImagesAsync(Resource, Token);

        images.Select(image => image.Tag).ShouldBe(["1.0.0", "1.1.0", "1.1.1", "2.0.0", "2.1.0", "chart", "latest", "v1.2.3"]);
        images.ShouldAllBe(image => image.Repository == Repository);
        var two = images.Single(image => image.Tag == "2.0.0");
        two.Digest.ShouldBe(Two);
        two.Platforms.ShouldBe(new Dictionary<string, Digest> { ["linux/amd64"] = TwoOnAmd64, ["linux/arm64/v8"] = TwoOnArm64 }, ignoreOrder: true);
        two.FirstSeen.ShouldBe(DateTimeOffset.Parse("2026-01-02T03:04:05Z"));
        (await store.FindImagesAsync("team/app:2.0.0", Token)).ShouldHaveSingleItem().Resource.ShouldBe(Resource);
        (await store.FindImagesAsync(Two.ToString()[..15], Token)).Select(found => found.Image.Tag).ShouldBe(["2.0.0", "latest"]);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task FindAsync_PackageAndVulnerabilityInAnEarlierStore_FindTheirImages(string file)
    {
        var store = await OpenAsync(file);

        (await store.FindPackageAsync("package-1", "<2", Token)).Select(hit => $"{hit.Image.Tag} {hit.Platform} {hit.Version} {hit.Type}").ShouldBe(
        [
            "1.0.0 linux/amd64 1.0.0 deb", "1.1.0 linux/amd64 1.0.0 deb", "2.0.0 linux/amd64 1.0.0 deb", "2.0.0 linux/arm64/v8 1.0.0 deb",
            "2.1.0 linux/amd64 1.0.0 deb", "latest linux/amd64 1.0.0 deb", "latest linux/arm64/v8 1.0.0 deb", "v1.2.3 linux/amd64 1.0.0 deb",
        ]);
        (await store.FindVulnerabilityAsync("CVE-2026-1000", Token)).Select(hit => $"{hit.Image.Tag} {hit.Platform} {hit.Package} {hit.FixedVersion}").ShouldBe(
        [
            "1.0.0 linux/amd64 package-0 1.0.1", "1.1.0 linux/amd64 package-0 ", "2.0.0 linux/amd64 package-0 1.0.1", "2.0.0 linux/arm64/v8 package-0 1.0.1",
            "latest linux/amd64 package-0 1.0.1", "latest linux/arm64/v8 package-0 1.0.1", "v1.2.3 linux/amd64 package-0 ",
        ]);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task SaveAsync_EarlierStore_ReplacesAddsAndCollects(string file)
    {
        var store = await OpenAsync(file);

        var replacement = (Vulnerabilities(One, Found("CVE-2026-2000", "package-1", "1.0.0", "2.0.0")) with { Documents = [Document("new")] }).From(Registry);
        await store.SaveAsync(replacement, Token);
        await store.SaveAsync(Sbom(Image("new"), Package("only-new", "1")).From(Registry), Token);
        await store.SetImagesAsync(Resource, [Tagged("1.0.0", One, Repository), Tagged("3.0.0", Image("new"), Repository)], Token);
        var keys = (await store.FindAsync([One, Image("new")], Token)).Select(report => report.Key).ToArray();
        await store.SetUsesAsync(Resource, ReportUses.None with { Keys = keys }, Token);

        (await store.FindVulnerabilityAsync("CVE-2026-2000", Token)).ShouldHaveSingleItem().Image.Tag.ShouldBe("1.0.0");
        (await store.FindVulnerabilityAsync("CVE-2026-1000", Token)).ShouldBeEmpty("the report that had it is replaced, the others' images are gone");
        (await store.FindPackageAsync("only-new", null, Token)).ShouldHaveSingleItem().Image.Tag.ShouldBe("3.0.0");
        Text((await store.ReadDocumentsAsync(replacement.Report.Key, Token)).ShouldHaveSingleItem().Content).ShouldBe("new");
        (await store.FindAsync([One], Token)).Count(report => report.Key.Kind == ScannerKind.Vulnerability).ShouldBe(1, "the earlier one is replaced");
        _sandbox.Time.Advance(TimeSpan.FromDays(8));
        (await store.CollectGarbageAsync(Token)).ShouldBe(21, "all but the three of the image that is left");
        (await store.FindAsync([One, Two, TwoOnAmd64, TwoOnArm64, Image("new")], Token)).Count.ShouldBe(4);
    }

    [Theory]
    [InlineData("http://127.0.0.1:39471", 1)]
    [InlineData("https://other.example", 2)] // the earlier one may be about the image there
    public async Task SaveAsync_StoreThatKnewNoRegistries_KeepsWhatMayBeAnothers(string registry, int reports)
    {
        var store = await OpenAsync("schema-2.db");

        await store.SaveAsync(Vulnerabilities(One).From(registry), Token);

        (await store.FindAsync([One], Token)).Count(report => report.Key.Kind == ScannerKind.Vulnerability).ShouldBe(reports);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task SaveAsync_ReportOverAllImagesInAnEarlierStore_IsKeptBesideItsReports(string file)
    {
        var store = await OpenAsync(file);
        var before = await _sandbox.CountAsync("reports");

        await store.SaveAsync(OverAll("drift"), [Document("[1]")], Token);

        before.ShouldBeGreaterThan(0);
        (await _sandbox.CountAsync("reports")).ShouldBe(before);
        (await store.FindOfResourceAsync(Shop, Token)).ShouldHaveSingleItem().Documents.ShouldHaveSingleItem().Digest.ShouldBe(Digest.Compute("[1]"u8));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task RecordTagsAsync_EarlierStore_RemembersFromThenOn(string file)
    {
        var store = await OpenAsync(file);

        var named = new Dictionary<string, Digest> { ["1.0.0"] = One };
        await store.RecordTagsAsync(new SeenTags(Resource, Repository, _sandbox.Time.GetUtcNow(), named, ["1.0.0"]), Token);

        var entries = (await store.ReadTagHistoryAsync(Resource, Repository, Token))["1.0.0"];
        entries.ShouldBe([new TagHistoryEntry(One, _sandbox.Time.GetUtcNow())]);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task FindUsedAsync_EarlierStore_IsAllThatMayBeAboutTheResourcesImages(string file)
    {
        var store = await OpenAsync(file);

        (await store.FindUsedAsync([One, TwoOnAmd64, TwoOnArm64], Token)).ShouldAllBe(used => used.Resources.SequenceEqual(new[] { Resource }));
        (await store.FindUsesAsync(Resource, Token)).ShouldContain(In(file, Trivy));

        await store.SetUsesAsync(Resource, ReportUses.None with { Keys = [In(file, Syft)], Seen = new HashSet<Digest> { One } }, Token);

        (await store.FindUsesAsync(Resource, Token)).Where(key => key.Digest == One).ShouldBe([In(file, Syft)]);
        (await store.FindVulnerabilityAsync("CVE-2026-1000", Token)).ShouldNotContain(hit => hit.Image.Tag == "1.0.0");
    }

    [Fact]
    public async Task ReadTagHistoryAsync_StoreOfTheThirdSchema_HasWhatItsTagsNamed()
    {
        var store = await OpenAsync("schema-3.db");

        var history = await store.ReadTagHistoryAsync(Shop, "registry.example.com/team/web", Token);

        var moved = DateTimeOffset.Parse("2026-01-03T03:04:05Z");
        history["1.0"].ShouldBe([new TagHistoryEntry(Image("b"), moved), new TagHistoryEntry(Image("a"), moved.AddDays(-1), moved)]);
    }

    [Fact]
    public async Task FindTagHistoryAsync_StoreOfTheFifthSchema_HasWhatWasReadOfThem()
    {
        var store = await OpenAsync("schema-5.db");

        var moved = DateTimeOffset.Parse("2026-01-03T03:04:05Z");
        (await store.FindTagHistoryAsync("team/web", "1.0", Token)).ShouldHaveSingleItem().Images.ShouldBe(
        [
            new NamedImage(Image("b"), moved, null, moved.AddDays(1)) { Created = moved.AddDays(-1) },
            new NamedImage(Image("a"), moved.AddDays(-1), moved, moved.AddDays(-1)),
        ]);
        (await store.ReadTagsAsync(Shop, "registry.example.com/team/web", "https://registry.example.com/", Token)).ShouldBe(
        [
            new RememberedTag("1.0", Image("b"), moved.AddDays(-1), moved.AddDays(1)) { Image = new SeenImage(moved.AddDays(-1), IsImage: true) },
        ]);
    }

    [Fact]
    public async Task FindOfResourceAsync_StoreOfTheSecondSchema_HasItsReportsOverAllImages()
    {
        var store = await OpenAsync("schema-2.db");

        var report = (await store.FindOfResourceAsync(Resource, Token)).ShouldHaveSingleItem();

        report.Key.ShouldBe(new ResourceReportKey(Resource, ScannerKind.Drift, "drift"));
        Text(report.Content).ShouldBe("""{"result":"Compared"}""");
        Text((await store.ReadDocumentsAsync(report.Key, Token)).ShouldHaveSingleItem().Content).ShouldBe("[1]");
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task OpenAsync_EarlierStoreBroughtUpToDate_IsReadBesideTheOperator(string file)
    {
        await OpenAsync(file);

        var reader = await _sandbox.OpenAsync(options => options with { IsReadOnly = true });

        (await reader.FindAsync([One], Token)).Count.ShouldBe(3);
    }

    /// <summary>The registry is recorded from the third version on.</summary>
    private static ReportKey In(string file, ReportKey key) => file is "schema-1.db" or "schema-2.db" ? key : key with { Registry = Registry };

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    private async Task<IReportStore> OpenAsync(string file)
    {
        Directory.CreateDirectory(_sandbox.DataDirectory);
        File.Copy(Path.Combine(AppContext.BaseDirectory, "Stores", file), _sandbox.File);
        return await _sandbox.OpenAsync();
    }
}
