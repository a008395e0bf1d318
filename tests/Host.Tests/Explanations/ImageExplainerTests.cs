using System.Text.Json;
using RegistryOperator.Host.Explanations;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Rounds;
using RegistryOperator.Host.Tests.Cli;
using RegistryOperator.Testing.Registries;

namespace RegistryOperator.Host.Tests.Explanations;

public sealed class ImageExplainerTests : IAsyncLifetime
{
    private ExplainSandbox _sandbox = null!;

    public async ValueTask InitializeAsync() => _sandbox = await ExplainSandbox.StartAsync();

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Fact]
    public async Task Explain_ScannedImage_TellsEveryStepWithWhatDecided()
    {
        _sandbox.Push("1.0.0", "vulnerabilities:high+ low");
        _sandbox.Push("1.1.0", "fails:house-rules=TimedOut", day: 2);
        _sandbox.Push("2.0.0-rc.1", day: 3);
        AskForAll();
        await _sandbox.ScanAsync();
        _sandbox.Time.Advance(TimeSpan.FromMinutes(70));

        GoldenFile.ShouldMatch(await PrintAsync("shop/api:1.0.0"), "explain-scanned.txt", "/no-root");
        GoldenFile.ShouldMatch(await PrintAsync("1.1.0"), "explain-failed.txt", "/no-root");
        GoldenFile.ShouldMatch(await PrintAsync("2.0.0-rc.1"), "explain-excluded.txt", "/no-root");
    }

    [Fact]
    public async Task Explain_NarrowWindow_KeepsTheTree()
    {
        _sandbox.Push("1.0.0");
        AskForAll();

        GoldenFile.ShouldMatch(_sandbox.Print(await _sandbox.ExplainAsync("1.0.0"), width: 90), "explain-narrow.txt", "/no-root");
    }

    [Theory]
    [InlineData("1.0.0", null, null, 0, "newest", true, "Chosen", null)]
    [InlineData("1.0.0", @"^1\.", "-rc", 0, "newest", true, "Chosen", null)]
    [InlineData("1.0.0", @"^2\.", null, 0, "newest", false, "NotChosen", @"spec.tagFilter.include: ^2\.")]
    [InlineData("1.0.0", null, @"^1\.", 0, "newest", false, "NotChosen", @"spec.tagFilter.exclude: ^1\.")]
    [InlineData("1.0.0", null, null, 2, "newest", false, "NotChosen", "spec.tagFilter.limit: 2")]
    [InlineData("1.0.0", null, null, 2, "oldest", true, "Chosen", null)]
    [InlineData("1.0.0", null, null, 1, "alphabetical", true, "Chosen", null)]
    [InlineData("2.0.0", null, null, 2, "alphabetical", false, "NotChosen", "spec.tagFilter.limit: 2")]
    [InlineData("2.0.0", null, null, 1, "newest", true, "Chosen", null)]
    [InlineData("9.9.9", null, null, 0, "newest", false, "NotChosen", null)]
    [InlineData("sha256-2222222222222222222222222222222222222222222222222222222222222222.sig", null, null, 0, "newest", false, "NotChosen", null)]
    public async Task Explain_TagFilter_SaysWhatDecided(
        string tag, string? include, string? exclude, int limit, string sortBy, bool isChosen, string outcome, string? decidedBy)
    {
        _sandbox.Push("1.0.0", day: 1);
        _sandbox.Push("1.1.0", day: 2);
        _sandbox.Push("2.0.0", day: 3);
        _sandbox.Push("sha256-2222222222222222222222222222222222222222222222222222222222222222.sig");
        _sandbox.Spec(spec => spec with { TagFilter = new TagFilterSpec { Include = include, Exclude = exclude, Limit = limit, SortBy = sortBy } });

        var explanation = await _sandbox.ExplainAsync(tag);

        explanation.IsChosen.ShouldBe(isChosen);
        var decision = ExplainSandbox.Of(explanation, "tag");
        decision.Outcome.ShouldBe(outcome);
        (decision.Field is null ? null : $"{decision.Field}: {decision.Value}").ShouldBe(decidedBy);
        // What is not chosen is not scanned: there is nothing to say of scanners.
        explanation.Steps.Any(step => step.Name == "image").ShouldBe(isChosen);
    }

    [Theory]
    [InlineData("1.1.0", ">=1 <3", 2, true, "Chosen", null)]
    [InlineData("1.0.0", "^2", 0, false, "NotChosen", "spec.tagFilter.versions: ^2")]
    [InlineData("1.0.0", ">=1 <3", 2, false, "NotChosen", "spec.tagFilter.limit: 2")]
    [InlineData("latest", null, 2, false, "NotChosen", "spec.tagFilter.limit: 2")]
    public async Task Explain_VersionsAndAliases_SaysWhatDecided(string tag, string? versions, int limit, bool isChosen, string outcome, string? decidedBy)
    {
        _sandbox.Push("1.0.0", day: 1);
        _sandbox.Push("1.1.0", day: 2);
        _sandbox.Registry.Add(ExplainSandbox.Repository, "latest", _sandbox.Push("2.0.0", day: 3));
        _sandbox.Spec(spec => spec with { TagFilter = new TagFilterSpec { Versions = versions, Limit = limit } });

        var explanation = await _sandbox.ExplainAsync(tag);

        explanation.IsChosen.ShouldBe(isChosen);
        var decision = ExplainSandbox.Of(explanation, "tag");
        decision.Outcome.ShouldBe(outcome);
        (decision.Field is null ? null : $"{decision.Field}: {decision.Value}").ShouldBe(decidedBy);
        if (tag == "latest") decision.Sentence.ShouldContain("the same image as 2.0.0");
    }

    /// <summary>It may run beside the operator, and as another user's.</summary>
    [Fact]
    public async Task Explain_DataDirectory_IsLeftAsItIs()
    {
        _sandbox.Push("1.0.0", "vulnerabilities:high+ low");
        AskForAll();
        await _sandbox.ScanAsync();
        var before = Entries();

        await using (var engine = await _sandbox.StartReadingAsync())
        {
            // The operator may start at any time.
            await using var scanning = await _sandbox.StartAsync(_sandbox.Time);
            File.Exists(Path.Combine(_sandbox.DataDirectory, "plugin-scans.json")).ShouldBeTrue();
        }

        Entries().ShouldBe(before);
        Directory.Delete(Path.Combine(_sandbox.DataDirectory, "plugin-state"), recursive: true);
        before = Entries();
        await _sandbox.ExplainAsync("1.0.0");
        Entries().ShouldBe(before);

        string[] Entries() =>
        [
            .. Directory.EnumerateFileSystemEntries(_sandbox.DataDirectory, "*", SearchOption.AllDirectories)
                .Where(path => !path.EndsWith("-shm", StringComparison.Ordinal) && !path.EndsWith("-wal", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
        ];
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Explain_DigestThatNoTagNames_TellsWhatIsKnownOfTheImage(bool isThere)
    {
        var image = _sandbox.Push("1.0.0", "vulnerabilities:high");
        _sandbox.Push("1.0.0", "vulnerabilities:low");
        AskForAll();
        var digest = isThere ? image.Digest.ToString() : $"sha256:{new string('0', 64)}";

        var explanation = await _sandbox.ExplainAsync($"{ExplainSandbox.Repository}@{digest}");

        explanation.IsChosen.ShouldBe(isThere ? null : false);
        explanation.Image.ShouldEndWith($"/{ExplainSandbox.Repository}@{digest}");
        ExplainSandbox.Of(explanation, "tag").Outcome.ShouldBe("NoTag");
        ExplainSandbox.Of(explanation, "image").Outcome.ShouldBe(isThere ? "Read" : "NotFound");
        if (isThere) ExplainSandbox.Of(explanation, "image").Sentence.ShouldStartWith("The digest names ");
        explanation.Steps.Count(step => step.Name.StartsWith("vulnerability ", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Theory]
    [InlineData(false, 71, "sha256:", false)]
    [InlineData(false, 71, "shop/api@sha256:", false)]
    [InlineData(false, 14, "sha256:", false)]
    [InlineData(false, 12, "", false)]
    [InlineData(true, 71, "sha256:", false)]
    [InlineData(true, 12, "", false)]
    [InlineData(true, 14, "shop/api@sha256:", true)]
    [InlineData(true, 12, "", true)]
    public async Task Explain_ByDigestOrItsBeginning_IsWhatIsSaidByTag(bool isScanned, int length, string before, bool isOffline)
    {
        _sandbox.Push("1.0.0", "vulnerabilities:high");
        var image = _sandbox.Push("1.1.0", day: 2);
        _sandbox.Registry.Add(ExplainSandbox.Repository, "other", image);
        _sandbox.Push("2.0.0", day: 3);
        AskForAll();
        _sandbox.Spec(spec => spec with { TagFilter = new TagFilterSpec { Exclude = "^1[.]0|other" } });
        if (isScanned) await _sandbox.ScanAsync();
        var digits = image.Digest.Encoded;
        var asked = before + (length == 71 ? digits : digits[..length]);

        var byTag = await _sandbox.ExplainAsync("1.1.0", isOffline);
        var byDigest = await _sandbox.ExplainAsync(asked, isOffline);

        byTag.IsChosen.ShouldBe(true);
        _sandbox.Print(byDigest).ShouldBe(_sandbox.Print(byTag));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Explain_DigestOfATagThatMovedOn_IsNotAnsweredByWhatTheTagNamesNow(bool isTaggedAgain)
    {
        var image = _sandbox.Push("1.0.0");
        AskForAll();
        await _sandbox.ScanAsync();
        var moved = _sandbox.Push("1.0.0", day: 2);
        if (isTaggedAgain) _sandbox.Registry.Add(ExplainSandbox.Repository, "1.0.1", image);

        var explanation = await _sandbox.ExplainAsync($"{image.Digest}");

        explanation.Image.ShouldEndWith(isTaggedAgain ? ":1.0.1" : $"@{image.Digest}");
        explanation.Digest.ShouldNotBe(moved.Digest.ToString());
        explanation.IsChosen.ShouldBe(isTaggedAgain ? true : null);
    }

    [Fact]
    public async Task Explain_BeginningOfNoDigest_SaysWhatToDo()
    {
        _sandbox.Push("1.0.0");
        AskForAll();

        var decision = ExplainSandbox.Of(await _sandbox.ExplainAsync("sha256:0123456"), "tag");

        decision.Outcome.ShouldBe("NoTag");
        decision.Sentence.ShouldBe(
            "Of 1 tag, 1 was asked for, and none names a digest that begins with sha256:0123456. Images are chosen by their tags: ask by the tag. "
            + "A digest of one platform is found by its image's tag.");
        ExplainSandbox.Of(await _sandbox.ExplainAsync("0123456"), "digest").ShouldBe(decision);
        ExplainSandbox.Of(await _sandbox.ExplainAsync("0123456"), "tag", "listed").Outcome.ShouldBe("NotListed");
        ExplainSandbox.Of(await _sandbox.ExplainAsync("0123456", isOffline: true), "digest").Sentence.ShouldStartWith("No image that the last scan knew has");
    }

    [Fact]
    public async Task Explain_BeginningOfSeveralDigests_NamesThem()
    {
        AskForAll();
        var known = new LastRound(
            new Host.Registry.Status.RegistryStatus
            {
                Images =
                [
                    new Host.Registry.Status.ImageStatus { Tag = "1", Digest = "sha256:0123456a" + new string('0', 56) },
                    new Host.Registry.Status.ImageStatus { Tag = "2", Digest = "sha256:0123456b" + new string('0', 56) },
                ],
            },
            []);
        using var deadline = new Host.Images.ReadDeadline(TimeSpan.FromMinutes(1), _sandbox.Time, TestContext.Current.CancellationToken);

        var found = await new DigestLookup(known, _sandbox.Resource.Spec).FindAsync("sha256:0123456", registry: null, tags: null, deadline);

        found.Tag.ShouldBeNull();
        found.Problem.ShouldNotBeNull().Outcome.ShouldBe("Ambiguous");
        found.Problem.Sentence.ShouldContain("0123456b" + new string('0', 56) + " (2)");
        (await new DigestLookup(known, _sandbox.Resource.Spec).FindAsync("sha256:0123456a", registry: null, tags: null, deadline)).Tag.ShouldBe("1");
    }

    [Fact]
    public async Task Explain_LimitOverManyTags_ReadsFew()
    {
        for (var patch = 0; patch < 60; patch++) _sandbox.Push($"1.0.{patch}", day: patch % 28);
        _sandbox.Push("1.0", day: 28);
        _sandbox.Spec(spec => spec with { TagFilter = new TagFilterSpec { Limit = 2 } });

        var explanation = await _sandbox.ExplainAsync("1.0");

        ExplainSandbox.Of(explanation, "tag", "limit").Outcome.ShouldBe("FloatingTag");
        _sandbox.Registry.RequestCount.ShouldBeLessThan(60);
    }

    [Fact]
    public async Task Explain_ImageOfAnotherRepository_SaysWhichTheResourceIsAbout()
    {
        var explanation = await _sandbox.ExplainAsync("shop/web:1.0.0");

        explanation.IsChosen.ShouldBe(false);
        ExplainSandbox.Of(explanation, "repository").ShouldSatisfyAllConditions(
            decision => decision.Outcome.ShouldBe("OtherRepository"),
            decision => decision.Field.ShouldBe("spec.repository"),
            decision => decision.Value.ShouldBe("shop/api"));
        _sandbox.Registry.RequestCount.ShouldBe(0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Explain_WithoutALimit_ReadsTheTagsAndThisImageAlone(int others)
    {
        _sandbox.Push("1.0.0");
        for (var i = 0; i < others; i++) _sandbox.Push($"1.{i + 1}.0");

        await _sandbox.ExplainAsync("1.0.0");

        // The list, the manifest and the configuration, whatever else there is.
        _sandbox.Registry.RequestCount.ShouldBe(3);
    }

    [Fact]
    public async Task Explain_Offline_AsksNothingAndTellsWhatIsKnown()
    {
        var image = _sandbox.Push("1.0.0");
        AskForAll();
        await _sandbox.ScanAsync();
        _sandbox.Registry.Log.Clear();
        var withStatus = await _sandbox.ExplainAsync("1.0.0", isOffline: true);
        // As from a file without a status: the report store alone.
        _sandbox.Resource = _sandbox.Resource with { Status = null };
        var withReports = await _sandbox.ExplainAsync($"shop/api@{image.Digest}", isOffline: true);

        _sandbox.Registry.Log.Requests.ShouldBeEmpty();
        foreach (var explanation in (ImageExplanation[])[withStatus, withReports])
        {
            explanation.IsChosen.ShouldBe(true);
            explanation.Digest.ShouldBe(image.Digest.ToString());
            ExplainSandbox.Of(explanation, "registry").Outcome.ShouldBe("Offline");
            ExplainSandbox.Of(explanation, "tag", "last scan").Outcome.ShouldBe("Chosen");
            ExplainSandbox.Of(explanation, "image").Outcome.ShouldBe("Known");
            ExplainSandbox.Of(explanation, "vulnerability trivy", "linux/amd64", "last result").Outcome.ShouldBe("Clean");
        }
    }

    [Fact]
    public async Task Explain_RegistryAway_FallsBackToTheLastScan()
    {
        _sandbox.Push("1.0.0");
        AskForAll();
        await _sandbox.ScanAsync();
        using var fault = _sandbox.Registry.Inject(Faults.Status(503));

        var explanation = await _sandbox.ExplainAsync("1.0.0");

        explanation.IsChosen.ShouldBe(true);
        ExplainSandbox.Of(explanation, "registry").Outcome.ShouldBe("RegistryUnavailable");
        ExplainSandbox.Of(explanation, "sbom syft", "linux/amd64", "due").Outcome.ShouldBe("NotDue");
    }

    [Theory]
    [InlineData("WithinInterval", "NotDue", "spec.vulnerabilityScanning.scanInterval", "3600")]
    [InlineData("IntervalOver", "Due", "spec.vulnerabilityScanning.scanInterval", "3600")]
    [InlineData("Requested", "Due", "metadata.annotations[registry.kubecontroller.io/scan-requested-at]", "2026-03-01 12:10:00Z")]
    [InlineData("NeverScanned", "Due", "report", "none of vulnerability trivy ")]
    [InlineData("FutureDated", "Due", null, null)]
    public async Task Explain_Due_SaysByWhichRule(string rule, string outcome, string? field, string? value)
    {
        _sandbox.Push("1.0.0");
        AskForAll();
        if (rule != "NeverScanned") await _sandbox.ScanAsync();
        _sandbox.Time.Advance(TimeSpan.FromMinutes(rule == "IntervalOver" ? 60 : 20));
        if (rule == "FutureDated") _sandbox.Time.AdjustTime(ExplainSandbox.Start.AddHours(-1));
        if (rule == "Requested")
        {
            _sandbox.Resource = _sandbox.Resource with
            {
                Metadata = _sandbox.Resource.Metadata with
                {
                    Annotations = new Dictionary<string, string> { [RegistryGroup.ScanRequestedAnnotation] = "2026-03-01T12:10:00Z" },
                },
            };
        }

        var due = ExplainSandbox.Of(await _sandbox.ExplainAsync("1.0.0"), "vulnerability trivy", "linux/amd64", "due");

        due.Outcome.ShouldBe(outcome);
        due.Field.ShouldBe(field);
        if (value is null) due.Value.ShouldBeNull();
        else due.Value.ShouldNotBeNull().ShouldStartWith(value);
    }

    [Fact]
    public async Task Explain_ChangedOptions_SaysSoAndShowsTheEarlierResult()
    {
        _sandbox.Push("1.0.0");
        AskForAll();
        await _sandbox.ScanAsync();
        _sandbox.Spec(spec => spec with { SbomGeneration = new SbomGenerationSpec { Enabled = true, Format = "spdx-json" } });

        var explanation = await _sandbox.ExplainAsync("1.0.0");

        var due = ExplainSandbox.Of(explanation, "sbom syft", "linux/amd64", "due");
        due.Outcome.ShouldBe("Due");
        due.Sentence.ShouldContain("changed since the report of 2026-03-01 12:00:00Z");
        ExplainSandbox.Of(explanation, "sbom syft", "linux/amd64", "last result").Outcome.ShouldBe("Generated");
    }

    [Theory]
    [InlineData("none", "Found", "ScannerUnavailable", "spec.vulnerabilityScanning.scanner", "none")]
    [InlineData("trivy", "Given", "InvalidOptions", "spec.vulnerabilityScanning.options", """{"a":1}""")]
    public async Task Explain_ScannerThatCannotWork_SaysAtWhichFieldAndKeepsTheRest(string scanner, string step, string outcome, string field, string value)
    {
        _sandbox.Push("1.0.0");
        AskForAll();
        _sandbox.Spec(spec => spec with
        {
            VulnerabilityScanning = new VulnerabilityScanningSpec { Enabled = true, Scanner = scanner, Options = JsonElement.Parse("""{"a":1}""") },
        });

        var explanation = await _sandbox.ExplainAsync("1.0.0");

        var decision = ExplainSandbox.Of(explanation, $"vulnerability {scanner}");
        (decision.Outcome, decision.Field, decision.Value).ShouldBe((outcome, field, value));
        ExplainSandbox.Of(explanation, $"vulnerability {scanner}", step == "Found" ? "scanner" : "options").Outcome.ShouldBe(outcome);
        ExplainSandbox.Of(explanation, "sbom syft").Outcome.ShouldBe("Due");
    }

    [Theory]
    [InlineData("", "linux/amd64 Chosen", "other platforms NotChosen")]
    [InlineData("all", "linux/amd64 Chosen", "linux/arm64 Chosen")]
    [InlineData("linux/arm64,windows/amd64", "linux/arm64 Chosen", "windows/amd64 NotFound")]
    public async Task Explain_Platforms_SaysWhy(string wanted, params string[] expected)
    {
        var index = new Testing.Images.IndexBuilder()
            .WithImage(new Testing.Images.ImageBuilder().WithPlatform("linux/amd64").Build())
            .WithImage(new Testing.Images.ImageBuilder().WithPlatform("linux/arm64").Build()).Build();
        _sandbox.Registry.Add(ExplainSandbox.Repository, "1.0.0", index);
        _sandbox.Spec(spec => spec with { Platforms = wanted.Split(',', StringSplitOptions.RemoveEmptyEntries) });

        var explanation = await _sandbox.ExplainAsync("1.0.0");

        var steps = explanation.Steps.Single(step => step.Name == "image").Steps;
        var told = steps.Select(step => $"{step.Name.Replace("platform ", "", StringComparison.Ordinal)} {step.Decision.Outcome}").ToArray();
        foreach (var one in expected) told.ShouldContain(one);
        steps.ShouldAllBe(step => step.Decision.Field == "spec.platforms" && step.Decision.IsDefault == (wanted.Length == 0));
    }

    [Fact]
    public async Task Explain_ByTheOperatorThatScans_TellsWhatItRemembersOfFailures()
    {
        _sandbox.Push("1.0.0", "fails:house-rules=NotFound trivy=ScannerUnavailable");
        for (var i = 1; i < 5; i++) _sandbox.Push($"1.0.{i}", "fails:trivy=ScannerUnavailable");
        AskForAll();
        await using var engine = await _sandbox.StartAsync(_sandbox.Time);
        var scanned = await engine.Round.RunAsync(
            _sandbox.Resource, _sandbox.Secrets, new RoundMemory.Entry(), progress: null, publish: null, TestContext.Current.CancellationToken);
        _sandbox.Time.Advance(TimeSpan.FromSeconds(20));

        var explanation = await engine.Explainer.ExplainAsync(
            AskedImage.Parse("1.0.0"), _sandbox.Resource with { Status = scanned.Status }, _sandbox.Secrets, isOffline: true,
            TestContext.Current.CancellationToken);

        var backoff = ExplainSandbox.Of(explanation, "custom house-rules", "linux/amd64", "backoff");
        (backoff.Outcome, backoff.Field, backoff.Value).ShouldBe(("Backoff", "failures in a row", "1"));
        backoff.Sentence.ShouldBe(
            "1 in a row failed, the last one by NotFound: The label says that house-rules fails with NotFound. "
            + "It is tried again at 2026-03-01 12:01:00Z, or with another version.");
        ExplainSandbox.Of(explanation, "custom house-rules", "linux/amd64", "circuit breaker").Outcome.ShouldBe("CircuitClosed");
        ExplainSandbox.Of(explanation, "custom house-rules").ShouldBe(backoff);

        var circuit = ExplainSandbox.Of(explanation, "vulnerability trivy", "linux/amd64", "circuit breaker");
        circuit.Outcome.ShouldBe("CircuitOpen");
        circuit.Sentence.ShouldBe("5 scans in a row failed; the scanner is not used until 2026-03-01 12:02:00Z.");
    }

    [Fact]
    public async Task Explain_WithoutReports_MakesNothingInTheDataDirectory()
    {
        _sandbox.Push("1.0.0");
        AskForAll();

        ExplainSandbox.Of(await _sandbox.ExplainAsync("1.0.0"), "sbom syft", "linux/amd64", "last result").Outcome.ShouldBe("None");

        Directory.EnumerateFileSystemEntries(_sandbox.DataDirectory).ShouldBeEmpty();
    }

    private void AskForAll() => _sandbox.Spec(spec => spec with
    {
        TagFilter = new TagFilterSpec { Exclude = "-rc" },
        VulnerabilityScanning = new VulnerabilityScanningSpec { Enabled = true },
        SbomGeneration = new SbomGenerationSpec { Enabled = true },
        Scanners = [new CustomScannerSpec { Name = "house-rules", Interval = 600 }],
    });

    private async Task<string> PrintAsync(string image) => _sandbox.Print(await _sandbox.ExplainAsync(image));
}
