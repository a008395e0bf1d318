using RegistryOperator.Host.Cli.Output;
using RegistryOperator.Host.Cli.Scan;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Kubernetes.Resources;

namespace RegistryOperator.Host.Tests.Cli.Scan;

/// <summary>What fails a scan for who goes by its exit code.</summary>
public class ScanGateTests
{
    private static readonly VulnerabilitiesStatus Clean = new() { Critical = 0, High = 0, Medium = 0, Low = 0, Unknown = 0, Total = 0 };

    [Theory]
    [InlineData("CRITICAL", "--fail-on CRITICAL: shop/api: vulnerabilities of this severity or a higher one are in 1 image: a (2).")]
    [InlineData("high", "--fail-on HIGH: shop/api: vulnerabilities of this severity or a higher one are in 2 images: a (3), b (1).")]
    [InlineData("Unknown", "--fail-on UNKNOWN: shop/api: vulnerabilities of this severity or a higher one are in 3 images: a (3), b (1), c (5).")]
    public void Passes_Vulnerabilities_FailFromTheSeverityOn(string severity, string expected) =>
        Judge(
            severity, isStrict: false,
            Image("a", Clean with { Critical = 2, High = 1, Total = 3 }), Image("b", Clean with { High = 1, Total = 1 }),
            Image("c", Clean with { Unknown = 5, Total = 5 }), Image("d", Clean)).ShouldBe([expected]);

    [Fact]
    public void Passes_ManyImages_NamesSome() =>
        Judge("HIGH", isStrict: false, [.. Enumerable.Range(0, 9).Select(index => Image($"{index}", Clean with { High = 1 }))])
            .ShouldHaveSingleItem().ShouldEndWith(" are in 9 images: 0 (1), 1 (1), 2 (1), 3 (1), 4 (1) and 4 more.");

    [Theory]
    [InlineData("clean", null)]
    [InlineData("left out by the section", null)]
    [InlineData("a chart", null)]
    [InlineData("gone", null)]
    [InlineData("old result", "ScannerUnavailable")]
    [InlineData("no result", "UnsupportedManifest")]
    [InlineData("damaged image", "InvalidContent")]
    [InlineData("platform without a result", "TimedOut")]
    public void Passes_ImageWithoutAResultOfThisScan_FailsUnlessThereIsNothingToScan(string what, string? reason)
    {
        ImageStatus[] images = what switch
        {
            "clean" => [Image("x", Clean)],
            "left out by the section" => [Image("x", new VulnerabilitiesStatus { Reason = "Filtered" }), Image("y", Clean)],
            "a chart" => [Image("x", null) with { Reason = "NotAnImage" }, Image("y", Clean)],
            "gone" => [Image("x", null) with { Reason = "NotFound" }, Image("y", Clean)],
            "old result" => [Image("x", Clean with { Reason = reason })],
            "no result" => [Image("x", new VulnerabilitiesStatus { Reason = reason })],
            "damaged image" => [Image("x", null) with { Reason = reason }],
            _ => [Image("x", Clean with { Missing = [new MissingPlatformStatus { Platform = "linux/arm64", Reason = reason }] })],
        };

        Judge("CRITICAL", isStrict: false, images)
            .ShouldBe(reason is null ? [] : [$"--fail-on CRITICAL: shop/api: there is no current result of 1 image: x ({reason})."]);
        Judge(severity: null, isStrict: false, images).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("none", "The repository has no images: all 3 tags are left out, 3 by spec.tagFilter.include (^9).")]
    [InlineData("left out by the section", "All 2 images are left out by spec.vulnerabilityScanning.tags.")]
    [InlineData("charts", "None of 2 tags names an image that is there.")]
    [InlineData("a chart, and one that is left out", "Its only image is left out by spec.vulnerabilityScanning.tags.")]
    public void Passes_NoImageIsJudged_FailsAndSaysWhy(string what, string why)
    {
        var filtered = new VulnerabilitiesStatus { Reason = "Filtered" };
        ImageStatus[] images = what switch
        {
            "none" => [],
            "left out by the section" => [Image("x", filtered), Image("y", filtered)],
            "charts" => [Image("x", null) with { Reason = "NotAnImage" }, Image("y", null) with { Reason = "NotFound" }],
            _ => [Image("x", filtered), Image("y", null) with { Reason = "NotAnImage" }],
        };
        var outcome = Outcome(images);
        if (images.Length == 0) outcome = outcome with { Status = outcome.Status! with { Message = why } };

        Judge("HIGH", isStrict: false, outcome).ShouldBe([$"--fail-on HIGH: shop/api: no image was judged. {why}"]);
        var ofAll = why.Replace("spec.vulnerabilityScanning.tags", "the tags that its scanners name", StringComparison.Ordinal);
        Judge(severity: null, isStrict: true, outcome).ShouldBe([$"--strict: shop/api: no image was judged. {ofAll}"]);
        Judge(severity: null, isStrict: false, outcome).ShouldBeEmpty();
        // Why a repository could not be read is said elsewhere.
        Judge("HIGH", isStrict: false, outcome with { Status = outcome.Status! with { LastScanStatus = "Failed" } }).ShouldBeEmpty();
    }

    [Fact]
    public void Passes_Strict_FailsWhereAnyResultIsMissing() =>
        Judge(
            severity: null, isStrict: true,
            Image("a", Clean), Image("b", Clean) with { Sbom = new SbomStatus { Reason = "ScannerUnavailable", Message = "No Syft." } },
            Image("c", new VulnerabilitiesStatus { Reason = "Filtered" }))
            .ShouldBe(["--strict: shop/api: current results are missing of 1 image: b (ScannerUnavailable)."]);

    [Fact]
    public void Passes_ImagesThatDidNotFitInTheStatus_Fail()
    {
        var outcome = Outcome(Image("a", Clean));
        outcome = outcome with
        {
            Status = outcome.Status! with { Truncated = new TruncationStatus { Counts = new Dictionary<string, int> { ["images"] = 3, ["labels"] = 9 } } },
        };

        Judge("HIGH", isStrict: false, outcome).ShouldBe(["--fail-on HIGH: shop/api: 3 images did not fit in the status, and can't be judged here."]);
        Judge(severity: null, isStrict: true, outcome).ShouldBe(["--strict: shop/api: 3 images did not fit in the status, and can't be judged here."]);
        Judge(severity: null, isStrict: false, outcome).ShouldBeEmpty();
    }

    private static ImageStatus Image(string tag, VulnerabilitiesStatus? found) => new() { Tag = tag, Vulnerabilities = found };

    private static RegistryResource Outcome(params ImageStatus[] images) => new()
    {
        Metadata = new ObjectMeta { Namespace = "shop", Name = "api" },
        Spec = new RegistrySpec { VulnerabilityScanning = new VulnerabilityScanningSpec { Enabled = true, SeverityThreshold = "UNKNOWN" } },
        Status = new RegistryStatus { LastScanStatus = "Success", Images = images },
    };

    private static string[] Judge(string? severity, bool isStrict, params ImageStatus[] images) => Judge(severity, isStrict, Outcome(images));

    private static string[] Judge(string? severity, bool isStrict, RegistryResource outcome)
    {
        using var error = new StringWriter();
        var terminal = new Terminal { In = TextReader.Null, Out = TextWriter.Null, Error = error, ShowsProgress = false };
        var gate = new ScanGate(ScanKinds.Create(), "--fail-on", severity, isStrict ? "--strict" : null);
        gate.Check([outcome]);

        var passes = gate.Passes([outcome], terminal);

        string[] told = [.. error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line["error: ".Length..])];
        passes.ShouldBe(told.Length == 0);
        return told;
    }
}
