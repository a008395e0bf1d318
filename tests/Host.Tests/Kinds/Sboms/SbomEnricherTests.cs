using NSubstitute;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Vulnerabilities;
using RegistryOperator.Host.Kinds.Sboms;
using RegistryOperator.Host.Scans.Model;
using RegistryOperator.Host.Tests.Scans;
using RegistryOperator.Host.Tests.Support;
using RegistryOperator.Reports;
using RegistryOperator.Sboms;

namespace RegistryOperator.Host.Tests.Kinds.Sboms;

public class SbomEnricherTests
{
    private readonly IReportStore _store = Substitute.For<IReportStore>();
    private readonly BoundScanner _sboms = new(ScanParts.Use(ScannerKind.Sbom, "syft"), ScanParts.Registry());
    private readonly BoundScanner _vulnerabilities = new(ScanParts.Use(ScannerKind.Vulnerability, "trivy"), ScanParts.Registry());
    private readonly ScanImage _image = ScanParts.Image("1.0", "linux/amd64");
    private readonly Report _sbom;
    private readonly Report _found;

    public SbomEnricherTests()
    {
        var summary = EnrichedSbom.Of(SbomReader.Read(ScanParts.Sbom.MediaType, ScanParts.Sbom.Content), null, []);
        _sbom = ScanParts.Report(_sboms.KeyOf(_image.Platforms.Chosen[0]), summary: EnrichedSbomJson.Write(summary));
        _found = ScanParts.Report(_vulnerabilities.KeyOf(_image.Platforms.Chosen[0]), DateTimeOffset.Parse("2026-01-02T04:00:00Z"));
        _store.ReadDocumentsAsync(_sbom.Key, Arg.Any<CancellationToken>()).Returns([ScanParts.Document("text/plain", "log"), ScanParts.Sbom]);
        _store.ReadVulnerabilitiesAsync(_found.Key, Arg.Any<CancellationToken>())
            .Returns([ScanParts.Vulnerability("CVE-1") with { PackageUrl = "pkg:deb/debian/openssl@1" }]);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Enrich_Both_PutsTheVulnerabilitiesIntoTheSummaryInStateAndStore()
    {
        var state = await EnrichAsync(_sbom, _found);

        var summary = EnrichedSbomJson.Read(state.ReportOf(_sbom.Key)!.Summary);
        (summary.EnrichedFrom, summary.EnrichedBy, summary.Sbom.Packages[0].VulnerabilityCount).ShouldBe((_found.Created, "trivy", 1));
        await _store.Received(1).UpdateSummaryAsync(_sbom, Arg.Any<ReadOnlyMemory<byte>>(), Arg.Any<CancellationToken>());
        (state.ReportOf(_sbom.Key)! with { Summary = default }).ShouldBe(_sbom with { Summary = default });
    }

    [Fact]
    public async Task Enrich_AgainWithTheSameReport_DoesNothing()
    {
        var state = await EnrichAsync(_sbom, _found);
        await EnrichAsync(state.ReportOf(_sbom.Key)!, _found);

        await _store.ReceivedWithAnyArgs(1).UpdateSummaryAsync(default!, default, Cancel);
    }

    [Theory]
    [InlineData(true)] // newer or older: another
    [InlineData(false)]
    public async Task Enrich_ReportMadeAnew_IsDoneAgain(bool isNewer)
    {
        var state = await EnrichAsync(_sbom, _found);
        var other = _found with { Created = _found.Created.AddHours(isNewer ? 1 : -1) };

        state = await EnrichAsync(state.ReportOf(_sbom.Key)!, other);

        EnrichedSbomJson.Read(state.ReportOf(_sbom.Key)!.Summary).EnrichedFrom.ShouldBe(other.Created);
    }

    [Fact]
    public async Task Enrich_EnrichedByAnotherScanner_IsDoneAgain()
    {
        var other = _sbom with
        {
            Summary = EnrichedSbomJson.Write(EnrichedSbomJson.Read(_sbom.Summary) with { EnrichedBy = "grype", EnrichedFrom = _found.Created }),
        };

        EnrichedSbomJson.Read((await EnrichAsync(other, _found)).ReportOf(_sbom.Key)!.Summary).EnrichedBy.ShouldBe("trivy");
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Enrich_OneOfTheReportsIsMissing_DoesNothing(bool sbom, bool found)
    {
        await EnrichAsync([.. sbom ? [_sbom] : Array.Empty<Report>(), .. found ? [_found] : Array.Empty<Report>()]);

        await _store.DidNotReceiveWithAnyArgs().UpdateSummaryAsync(default!, default, Cancel);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Enrich_ResourceAsksForOneOfThem_WhatOthersFoundStays(bool sboms)
    {
        var enriched = await EnrichAsync(_sbom, _found);
        var report = enriched.ReportOf(_sbom.Key)!;
        var state = new ScanState([_image], [sboms ? _sboms : _vulnerabilities], [report, _found with { Created = _found.Created.AddHours(1) }]);

        await SbomEnricher.EnrichAsync(state, _store, Cancel);

        state.ReportOf(_sbom.Key).ShouldBe(report);
        await _store.ReceivedWithAnyArgs(1).UpdateSummaryAsync(default!, default, Cancel);
    }

    [Fact]
    public async Task Enrich_TagsOfOneDigest_AreDoneOnce()
    {
        var state = new ScanState([_image, _image with { Tag = "latest" }], [_sboms, _vulnerabilities], [_sbom, _found]);

        await SbomEnricher.EnrichAsync(state, _store, Cancel);

        await _store.ReceivedWithAnyArgs(1).ReadDocumentsAsync(default!, Cancel);
    }

    [Theory]
    [InlineData("store")]
    [InlineData("document")]
    [InlineData("none")]
    public async Task Enrich_FailsOrHasNoDocument_KeepsTheSummaryAndTheRoundGoesOn(string fault)
    {
        if (fault == "store")
        {
            _store.ReadVulnerabilitiesAsync(_found.Key, Arg.Any<CancellationToken>())
                .Returns<IReadOnlyList<Vulnerability>>(_ => throw new ReportStoreException("disk full"));
        }
        else
        {
            _store.ReadDocumentsAsync(_sbom.Key, Arg.Any<CancellationToken>())
                .Returns([ScanParts.Document(fault == "none" ? "text/plain" : ScanParts.Sbom.MediaType, "{}")]);
        }

        var state = await EnrichAsync(_sbom, _found);

        state.ReportOf(_sbom.Key).ShouldBe(_sbom);
        await _store.DidNotReceiveWithAnyArgs().UpdateSummaryAsync(default!, default, Cancel);
    }

    [Fact]
    public async Task Enrich_ManyImages_ReadsTwoDocumentsAtATime()
    {
        var images = Enumerable.Range(0, 6).Select(number => ScanParts.Image($"{number}", $"platform{number}")).ToArray();
        var reports = images.SelectMany(image => new[]
        {
            _sbom with { Key = _sboms.KeyOf(image.Platforms.Chosen[0]) },
            _found with { Key = _vulnerabilities.KeyOf(image.Platforms.Chosen[0]) },
        });
        var running = 0;
        var most = 0;
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _store.ReadDocumentsAsync(Arg.Any<ReportKey>(), Arg.Any<CancellationToken>()).Returns(async _ =>
        {
            var now = Interlocked.Increment(ref running);
            lock (_image) most = Math.Max(most, now);
            await go.Task;
            Interlocked.Decrement(ref running);
            return [];
        });

        var enriching = SbomEnricher.EnrichAsync(new ScanState(images, [_sboms, _vulnerabilities], reports), _store, Cancel);
        await Waiting.UntilAsync(() => Volatile.Read(ref running) == 2, "two are read");
        go.SetResult();
        await enriching.SoonAsync();

        most.ShouldBe(2);
        await _store.ReceivedWithAnyArgs(6).ReadDocumentsAsync(default!, Cancel);
    }

    private async Task<ScanState> EnrichAsync(params Report[] reports)
    {
        var state = new ScanState([_image], [_sboms, _vulnerabilities], reports);
        await SbomEnricher.EnrichAsync(state, _store, Cancel);
        return state;
    }
}
