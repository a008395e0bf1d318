using RegistryOperator.Host.Cli.Output;
using RegistryOperator.Host.Cli.Scan;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Rounds;
using RegistryOperator.Host.Scans.Model;
using RegistryOperator.Host.Tests.Scans;
using RegistryOperator.Kubernetes.Resources;
using RegistryOperator.Testing.Registries;

namespace RegistryOperator.Host.Tests.Rounds;

public sealed class UnservedSectionsTests
{
    private const string Provenance =
        "spec.provenanceTracking.enabled: this version of the operator uses no scanner of kind provenance, not even one that is installed, so nothing is found out. Set it to false until a version does.";

    private const string Webhook = "spec.webhook.enabled: this version of the operator sends no notifications, so nobody is told of anything. Set it to false until a version does.";

    private static readonly RegistrySpec AllOn = new()
    {
        ProvenanceTracking = new ProvenanceTrackingSpec { Enabled = true },
        Webhook = new WebhookSpec { Enabled = true, Url = "https://hooks.example.com" },
    };

    [Fact]
    public void Of_AllSwitchedOn_NamesEachWithItsField() => UnservedSections.Of(AllOn, ScanParts.Kinds).ShouldBe([Provenance, Webhook]);

    [Theory]
    [InlineData(null)]
    [InlineData(false)]
    public void Of_SwitchedOff_IsEmpty(bool? enabled)
    {
        var spec = new RegistrySpec
        {
            ProvenanceTracking = new ProvenanceTrackingSpec { Enabled = enabled },
            Webhook = new WebhookSpec { Enabled = enabled },
        };

        UnservedSections.Of(spec, ScanParts.Kinds).ShouldBeEmpty();
        UnservedSections.Of(new RegistrySpec(), ScanParts.Kinds).ShouldBeEmpty();
    }

    [Fact]
    public void Of_KindsThatScannersServe_AreNotNamed()
    {
        var spec = new RegistrySpec
        {
            VulnerabilityScanning = new VulnerabilityScanningSpec { Enabled = true },
            SbomGeneration = new SbomGenerationSpec { Enabled = true },
            DriftDetection = new DriftDetectionSpec { Enabled = true },
            Scanners = [new CustomScannerSpec { Name = "licences" }],
        };

        UnservedSections.Of(spec, ScanParts.Kinds).ShouldBeEmpty();
    }

    [Fact]
    public void AddTo_NothingUnserved_IsTheConditionGiven()
    {
        var ready = new ScannersCondition(true, "Ready", "trivy 0.68");

        UnservedSections.AddTo(ready, new RegistrySpec { Webhook = AllOn.Webhook }, ScanParts.Kinds).ShouldBe(ready);
        UnservedSections.AddTo(null, new RegistrySpec(), ScanParts.Kinds).ShouldBeNull();
    }

    [Fact]
    public void AddTo_Unserved_IsNotReady()
    {
        var expected = new ScannersCondition(false, "ScannerUnavailable", Provenance);

        UnservedSections.AddTo(null, AllOn, ScanParts.Kinds).ShouldBe(expected);
        UnservedSections.AddTo(new ScannersCondition(true, "Ready", "trivy 0.68"), AllOn, ScanParts.Kinds).ShouldBe(expected);
    }

    [Fact]
    public void AddTo_OtherProblemsToo_TellsBoth() =>
        UnservedSections.AddTo(new ScannersCondition(false, "InvalidOptions", "Options are wrong."), AllOn, ScanParts.Kinds)
            .ShouldBe(new ScannersCondition(false, "InvalidOptions", $"Options are wrong. {Provenance}"));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Scan_SwitchedOn_SaysSoWhateverItCameTo(bool fails)
    {
        await using var sandbox = await RoundSandbox.StartAsync();
        sandbox.Push("1.0.0");
        sandbox.ChangeSpec(spec => spec with { ProvenanceTracking = AllOn.ProvenanceTracking, Webhook = AllOn.Webhook });
        using (fails ? sandbox.Registry.Inject(Faults.Status(500)) : null) ((await sandbox.ScanAsync()).Failure is not null).ShouldBe(fails);

        var scanners = sandbox.ConditionOf("ScannersReady").ShouldNotBeNull();
        (scanners.Status, scanners.Reason, scanners.Message).ShouldBe(("False", "ScannerUnavailable", Provenance));
        sandbox.ConditionOf("WebhookReady")!.Message.ShouldBe(Webhook);

        sandbox.ChangeSpec(spec => spec with { ProvenanceTracking = null, Webhook = null });
        using (fails ? sandbox.Registry.Inject(Faults.Status(500)) : null) await sandbox.ScanAsync();
        sandbox.ConditionOf("ScannersReady").ShouldBeNull();
        sandbox.ConditionOf("WebhookReady").ShouldBeNull();
    }

    [Fact]
    public void ScanTable_SwitchedOn_PrintsTheSentencesUnderTheHeading()
    {
        using var output = new StringWriter();
        var terminal = new Terminal { In = TextReader.Null, Out = output, Error = TextWriter.Null, ShowsProgress = false };
        var resource = new RegistryResource
        {
            Metadata = new ObjectMeta { Name = "web" },
            Spec = AllOn with { Url = "https://registry.example.com", Repository = "team/web" },
            Status = new RegistryStatus { LastScanStatus = ScanStatuses.Success, Message = "m" },
        };

        new ScanTable(terminal, ScanParts.Kinds).Write([resource]);

        output.ToString().TrimEnd().Split('\n').ShouldBe(["default/web  https://registry.example.com/team/web", "Success", "m", Provenance, Webhook]);
    }
}
