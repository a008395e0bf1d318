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
    [InlineData("http://r.example", true, false,
        "spec.clientCertificateSecret: not used, since spec.url is http:// and so without TLS. Write https://, or remove it.")]
    [InlineData("HTTP://r.example", false, true, "spec.caSecret: not used, since spec.url is http:// and so without TLS. Write https://, or remove it.")]
    [InlineData("http://r.example", true, true, "spec.clientCertificateSecret and spec.caSecret: not used, since spec.url is http://")]
    [InlineData("http://r.example", false, false, null)]
    [InlineData("https://r.example", true, true, null)]
    [InlineData("oci-layout:///images", true, true, null)]
    public void Tls_SecretsBesidePlainHttp_AreNamed(string url, bool hasCertificate, bool hasAuthorities, string? expected)
    {
        var told = UnservedSections.Tls(new RegistrySpec
        {
            Url = url,
            ClientCertificateSecret = hasCertificate ? new ClientCertificateSecretSpec { Name = "a" } : null,
            CaSecret = hasAuthorities ? new CaSecretSpec { Name = "b" } : null,
        });

        if (expected is null) told.ShouldBeNull();
        else told.ShouldNotBeNull().ShouldStartWith(expected);
    }

    [Fact]
    public void Conditions_SecretsBesidePlainHttp_SayThatTheyAreNotUsedUntilTheyAre()
    {
        var now = DateTimeOffset.UnixEpoch;
        var resource = new RegistryResource
        {
            Spec = new RegistrySpec { Url = "http://r.example", Repository = "a", ClientCertificateSecret = new ClientCertificateSecretSpec { Name = "a" } },
        };

        var conditions = ResourceConditions.Succeeded(resource, "m", now);
        resource = resource with { Status = new RegistryStatus { Conditions = conditions }, Spec = resource.Spec with { Url = "https://r.example" } };

        conditions.Find("TlsSettingsUsed").ShouldNotBeNull().Reason.ShouldBe("PlainHttp");
        ResourceConditions.Succeeded(resource, "m", now).Find("TlsSettingsUsed").ShouldBeNull();
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
