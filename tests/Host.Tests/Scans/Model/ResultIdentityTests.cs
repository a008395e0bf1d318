using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Scans.Model;
using RegistryOperator.Kubernetes.Resources;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Tests.Scans.Model;

public class ResultIdentityTests
{
    private static readonly BoundScanner Scanner = Bound(ScanScope.Registry) with { OptionsHash = "options" };
    private static readonly Digest Image = ScanParts.DigestOf("image");

    [Fact]
    public void Of_Scanner_HasAllThatTheResultDependsOn() =>
        ResultIdentity.Of(Scanner, Image).ShouldBe(new ResultIdentity(
            new ReportKey(Image, ScannerKind.Custom, "fake", "options") { Registry = "https://registry.example.com" },
            ScanParts.Versions,
            Scanner.Registry.Access));

    public static TheoryData<string, bool, bool> Differences() => new()
    {
        // What differs, whether it is another report, whether it is another attempt.
        { "nothing", false, false },
        { "credential", false, true },
        { "versions", false, false },
        { "repository", false, true },
        { "registry", true, true },
        { "options", true, true },
        { "name", true, true },
        { "kind", true, true },
    };

    [Theory]
    [MemberData(nameof(Differences))]
    public void Of_OneThingDiffers_IsAnotherReportOrAttempt(string what, bool isAnotherReport, bool isAnotherAttempt)
    {
        var other = what switch
        {
            "credential" => Scanner with { Registry = ScanParts.Registry(credential: new RegistryCredential.UsernamePassword("ada", "right")) },
            "versions" => Scanner with { Versions = ScanParts.Versions with { Database = "db 2" } },
            "repository" => Scanner with { Registry = ScanParts.Registry(repository: "team/other") },
            "registry" => Scanner with { Registry = ScanParts.Registry("other.example.com") },
            "options" => Scanner with { OptionsHash = "" },
            "name" => Scanner with { Use = ScanParts.Use(ScannerKind.Custom, "other") },
            "kind" => Scanner with { Use = ScanParts.Use(ScannerKind.Sbom) },
            _ => Scanner with { Registry = ScanParts.Registry() },
        };

        var (one, two) = (ResultIdentity.Of(Scanner, Image), ResultIdentity.Of(other, Image));
        (one.Key != two.Key, one.Attempt != two.Attempt).ShouldBe((isAnotherReport, isAnotherAttempt));
    }

    [Theory]
    [InlineData(ScanScope.Registry, false, "")]
    [InlineData(ScanScope.Registry, true, "https://registry.example.com/team/app")] // what is attached in one repository is not in another
    [InlineData(ScanScope.Repository, false, "https://registry.example.com/team/app")]
    public void KeyOf_Scope_SaysWhetherTheRepositoryCounts(ScanScope scope, bool takesAttached, string expected)
    {
        var scanner = Bound(scope);

        ResultIdentity.KeyOf(scanner with { Use = scanner.Use with { TakesAttached = takesAttached } }, Image).Repository.ShouldBe(expected);
    }

    [Theory]
    [InlineData("nothing", false, "")]
    [InlineData("scanner", true, "")]
    [InlineData("options", true, "")]
    [InlineData("attached", false, "https://registry.example.com/team/app")] // made from what whoever may push there says
    [InlineData("kind that is not needed", false, "")]
    public void MadeFrom_ScannerWhoseResultsItNeeds_IsAPartOfTheKey(string what, bool isAnotherOption, string repository)
    {
        var needing = new FakeScanner { Descriptor = new ScannerDescriptor("policy", ScannerKind.Custom, "1") { Needs = [ScannerKind.Sbom] } };
        var policy = ScanParts.Bound(needing);
        var sbom = new BoundScanner(ScanParts.Use(ScannerKind.Sbom, "syft"), policy.Registry) { OptionsHash = "a" };
        var other = what switch
        {
            "scanner" => sbom with { Use = ScanParts.Use(ScannerKind.Sbom, "trivy") },
            "options" => sbom with { OptionsHash = "b" },
            "attached" => sbom with { Use = sbom.Use with { TakesAttached = true } },
            _ => sbom,
        };
        BoundScanner[] all = what.StartsWith("kind", StringComparison.Ordinal)
            ? [policy, other, new BoundScanner(ScanParts.Use(ScannerKind.Vulnerability, "trivy"), policy.Registry) { OptionsHash = "c" }]
            : [policy, other];

        var (one, two) = (policy.MadeFrom([policy, sbom]).KeyOf(Image), policy.MadeFrom(all).KeyOf(Image));

        (one.Options != two.Options, two.Repository).ShouldBe((isAnotherOption, repository));
        one.Options.ShouldNotBe(policy.KeyOf(Image).Options);
    }

    [Fact]
    public void Of_Resource_IsOfItsNameItselfAndItsRepository()
    {
        var resource = new RegistryResource { Metadata = new ObjectMeta { Namespace = "team", Name = "app", Uid = "1-2-3" } };

        ResourceResultIdentity.Of(Scanner, new ResourceName("team", "app"), resource).ShouldBe(new ResourceResultIdentity(
            new ResourceReportKey(new ResourceName("team", "app"), ScannerKind.Custom, "fake"),
            "1-2-3 https://registry.example.com/team/app",
            "options",
            ScanParts.Versions,
            Scanner.Registry.Access));
    }

    private static BoundScanner Bound(ScanScope scope) =>
        ScanParts.Bound(new FakeScanner { Descriptor = new ScannerDescriptor("fake", ScannerKind.Custom, "1.0.0") { Scope = scope } });
}
