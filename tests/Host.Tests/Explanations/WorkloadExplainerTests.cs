using System.Text.Json;
using RegistryOperator.Abstractions.Drift;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Cli.Explain;
using RegistryOperator.Host.Cli.Output;
using RegistryOperator.Host.Decisions;
using RegistryOperator.Host.Explanations;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Tests.Rounds;
using RegistryOperator.Host.Tests.Scans;

namespace RegistryOperator.Host.Tests.Explanations;

/// <summary>What <c>explain</c> says of a workload.</summary>
public sealed class WorkloadExplainerTests : IAsyncLifetime
{
    private static readonly WorkloadDrift App = new()
    {
        Namespace = "shop",
        Kind = "Deployment",
        Name = "app",
        CurrentImage = "shop/api:1.0.0",
        CurrentTag = "1.0.0",
        State = DriftState.Vulnerable,
        Recommendation = DriftRecommendation.UrgentUpdate,
        Message = "Update to 1.0.1: it fixes one.",
        Changes = [new TagChange(TagChangeKind.TagMoved, "The tag has moved.")],
        AvailableUpdates =
        [
            new AvailableUpdate
            {
                Tag = "1.0.1",
                Recommendation = UpdateRecommendation.UrgentUpdate,
                CriticalsFixed = 2,
                HighsFixed = 1,
                NewVulnerabilities = 0,
                SizeDifference = 1 << 20,
            },
            new AvailableUpdate { Tag = "1.1.0", Recommendation = UpdateRecommendation.Waiting, WaitingUntil = RoundSandbox.Start.AddDays(3) },
        ],
    };

    private static readonly WorkloadDrift Quiet = new()
    {
        Namespace = "shop",
        Kind = "Deployment",
        Name = "quiet",
        State = DriftState.Latest,
        Message = "No newer tag has its shape.",
    };

    private readonly FakeRegistryScanner _scanner = new()
    {
        Descriptor = new ScannerDescriptor("drift", ScannerKind.Drift, "1.0.0"),
        Scan = (_, _) => Task.FromResult<RegistryScanResult>(new DriftScanResult { Result = "Compared", Workloads = [App, Quiet] }),
    };

    private RoundSandbox _sandbox = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _sandbox = await RoundSandbox.StartAsync(_scanner);
        _sandbox.Push("1.0.0");
        _sandbox.ChangeSpec(spec => spec with { DriftDetection = new DriftDetectionSpec { Enabled = true } });
    }

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Theory]
    [InlineData("Deployment/shop/app", true)]
    [InlineData("Deployment/app", true)]
    [InlineData("Rollout/shop/app", true)]
    [InlineData("deployment/shop/app", true)] // as kubectl takes it
    [InlineData("deployment/app", true)]
    [InlineData("deployment/shop/app:1.0", false)] // an image
    [InlineData("rollout/shop/app", false)] // a repository
    [InlineData("shop/api:1.0.0", false)]
    [InlineData("1.0.0", false)]
    [InlineData("Deployment", false)]
    [InlineData("Deployment//app", false)]
    [InlineData("Deployment/shop/", false)]
    [InlineData("Deployment/a/b/c", false)]
    public void Parse_Text_IsAWorkloadWhereItCanBeNoImage(string text, bool isWorkload) =>
        (AskedWorkload.Parse(text)?.ToString()).ShouldBe(isWorkload ? text : null);

    [Fact]
    public async Task Explain_WorkloadThatIsCompared_TellsEachStep()
    {
        await _sandbox.ScanAsync();

        _sandbox.ChangeSpec(spec => spec with { DriftDetection = spec.DriftDetection! with { Options = JsonElement.Parse("""{"minimumAge":"3d"}""") } });

        (await PrintAsync("Deployment/app")).ShouldBe(
            """
            Deployment/shop/app  by shop/api: VULNERABLE, URGENT_UPDATE
            shop/api:1.0.0
            STEP             OUTCOME       DECIDED BY                                       WHY
            ├─drift          Compared      spec.driftDetection.enabled: true                Workloads were compared on 2026-01-01 12:00Z.
            ├─policy         Options       spec.driftDetection.options: {"minimumAge":"3d"} Annotations of a workload go before it.
            ├─image          Runs                                                           It runs shop/api:1.0.0.
            ├─tag            tagMoved                                                       The tag names another image now.
            ├─1.0.1          URGENT_UPDATE                                                  2 critical fixed, 1 high fixed, 0 new vulnerabilities, +1.0 MiB.
            ├─1.1.0          WAITING                                                        It waits until 2026-01-04 12:00Z, vulnerabilities not comparable.
            └─recommendation URGENT_UPDATE                                                  Update to 1.0.1: it fixes one.

            """);
    }

    [Fact]
    public async Task Explain_AlarmsOfSeveralImages_TellsEachWithItsImage()
    {
        _scanner.Scan = (_, _) => Task.FromResult<RegistryScanResult>(new DriftScanResult
        {
            Result = "Compared",
            Workloads =
            [
                App with
                {
                    Changes =
                    [
                        new TagChange(TagChangeKind.TagRewritten, "Nobody knows why."),
                        new TagChange(TagChangeKind.TagRewritten, "Somebody did it.") { Image = "shop/api:2.0.0" },
                        new TagChange(TagChangeKind.MissingUpstream, "It is gone.") { Image = "shop/api:3.0.0" },
                        new TagChange(TagChangeKind.Rebuilt, "It was rebuilt.") { Image = "shop/api:4.0.0" },
                    ],
                },
            ],
        });
        await _sandbox.ScanAsync();

        var steps = (await ExplainAsync("Deployment/app")).ShouldHaveSingleItem().Steps;

        steps.Where(step => step.Name == "tag").Select(step => $"{step.Decision.Outcome} {step.Decision.Sentence}").ShouldBe(
        [
            "tagRewritten shop/api:1.0.0: Nobody knows why.",
            "tagRewritten shop/api:2.0.0: Somebody did it.",
            "missingUpstream shop/api:3.0.0: It is gone.",
            "rebuilt The version was built again from the same source.",
        ]);
    }

    [Fact]
    public async Task Explain_WithoutAStatus_TellsByTheReportStore()
    {
        await _sandbox.ScanAsync();

        var explanation = (await ExplainAsync("Deployment/shop/quiet", isStatusKnown: false)).ShouldHaveSingleItem();

        (explanation.State, explanation.Recommendation, explanation.Resource).ShouldBe(("LATEST", "NO_ACTION", "shop/api"));
        explanation.Steps[^1].Decision.Sentence.ShouldBe("No newer tag has its shape.");
    }

    [Theory]
    [InlineData("Deployment/other/app", "Compared are Deployment/shop/app, Deployment/shop/quiet.")]
    [InlineData("StatefulSet/app", "Compared are Deployment/shop/app, Deployment/shop/quiet.")]
    public async Task Explain_WorkloadThatIsNotCompared_NamesThoseThatAre(string asked, string expected)
    {
        await _sandbox.ScanAsync();

        var explanation = (await ExplainAsync(asked)).ShouldHaveSingleItem();

        explanation.State.ShouldBeNull();
        explanation.Steps[^1].Decision.Sentence.ShouldBe($"The last comparison found no such workload with an image of the repository. {expected}");
    }

    [Theory]
    [InlineData(true, "NotCompared", "No comparison is known, from the status or from the report store.")]
    [InlineData(false, "Off", "The resource asks for no comparison of workloads.")]
    public async Task Explain_NothingWasCompared_SaysWhy(bool isOn, string outcome, string sentence)
    {
        if (!isOn) _sandbox.ChangeSpec(spec => spec with { DriftDetection = null });

        var step = (await ExplainAsync("Deployment/app")).ShouldHaveSingleItem().Steps.ShouldHaveSingleItem();

        (step.Decision.Outcome, step.Decision.Sentence).ShouldBe((outcome, sentence));
    }

    private async Task<IReadOnlyList<WorkloadExplanation>> ExplainAsync(string asked, bool isStatusKnown = true)
    {
        var resource = isStatusKnown ? _sandbox.Resource : _sandbox.Resource with { Status = null };
        return await new WorkloadExplainer(ScanParts.Kinds, _sandbox.Reports).ExplainAsync(AskedWorkload.Parse(asked)!, resource, Cancel);
    }

    private async Task<string> PrintAsync(string asked)
    {
        using var output = new StringWriter();
        new ExplainTree(new Terminal { In = TextReader.Null, Out = output, Error = TextWriter.Null, ShowsProgress = false })
            .Write(await ExplainAsync(asked));
        return output.ToString();
    }
}
