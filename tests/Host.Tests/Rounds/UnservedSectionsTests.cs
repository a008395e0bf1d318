using RegistryOperator.Host.Cli.Output;
using RegistryOperator.Host.Cli.Scan;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Rounds;
using RegistryOperator.Host.Tests.Scans;
using RegistryOperator.Kubernetes.Resources;
using RegistryOperator.Testing.Registries;

namespace RegistryOperator.Host.Tests.Rounds;

public sealed class UnservedSectionsTests
{
    private const string Sentence =
        "spec.webhook.enabled: this version of the operator sends no notifications, so nobody is told of anything. Set it to false until a version does.";

    private static readonly WebhookSpec On = new() { Enabled = true, Url = "https://hooks.example.com" };

    [Theory]
    [InlineData(true, Sentence)]
    [InlineData(false, null)]
    [InlineData(null, null)]
    public void Webhook_SwitchedOnOrOff_IsNamedWithItsFieldWhereOn(bool? enabled, string? expected) =>
        UnservedSections.Webhook(new RegistrySpec { Webhook = On with { Enabled = enabled } }).ShouldBe(expected);

    [Fact]
    public void Webhook_SectionsThatScannersServe_AreNotNamed()
    {
        var spec = new RegistrySpec
        {
            VulnerabilityScanning = new VulnerabilityScanningSpec { Enabled = true },
            SbomGeneration = new SbomGenerationSpec { Enabled = true },
            ProvenanceTracking = new ProvenanceTrackingSpec { Enabled = true },
            DriftDetection = new DriftDetectionSpec { Enabled = true },
            Scanners = [new CustomScannerSpec { Name = "licences" }],
        };

        UnservedSections.Webhook(spec).ShouldBeNull();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Scan_SwitchedOn_SaysSoWhateverItCameTo(bool fails)
    {
        await using var sandbox = await RoundSandbox.StartAsync();
        sandbox.Push("1.0.0");
        sandbox.ChangeSpec(spec => spec with { Webhook = On });
        using (fails ? sandbox.Registry.Inject(Faults.Status(500)) : null) ((await sandbox.ScanAsync()).Failure is not null).ShouldBe(fails);

        sandbox.ConditionOf("WebhookReady")!.Message.ShouldBe(Sentence);
        sandbox.ConditionOf("ScannersReady").ShouldBeNull("no scanner is asked for");

        sandbox.ChangeSpec(spec => spec with { Webhook = null });
        using (fails ? sandbox.Registry.Inject(Faults.Status(500)) : null) await sandbox.ScanAsync();
        sandbox.ConditionOf("WebhookReady").ShouldBeNull();
    }

    [Fact]
    public void ScanTable_SwitchedOn_PrintsTheSentenceUnderTheHeading()
    {
        using var output = new StringWriter();
        var terminal = new Terminal { In = TextReader.Null, Out = output, Error = TextWriter.Null, ShowsProgress = false };
        var resource = new RegistryResource
        {
            Metadata = new ObjectMeta { Name = "web" },
            Spec = new RegistrySpec { Url = "https://registry.example.com", Repository = "team/web", Webhook = On },
            Status = new RegistryStatus { LastScanStatus = ScanStatuses.Success, Message = "m" },
        };

        new ScanTable(terminal, ScanParts.Kinds).Write([resource]);

        output.ToString().TrimEnd().Split('\n').ShouldBe(["default/web  https://registry.example.com/team/web", "Success", "m", Sentence]);
    }
}
