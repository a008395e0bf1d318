using RegistryOperator.Abstractions.Drift;
using RegistryOperator.Abstractions.Vulnerabilities;
using RegistryOperator.Host.Kinds.Drift;

namespace RegistryOperator.Host.Tests.Kinds.Drift;

public sealed class AdviceLinesTests
{
    private static readonly UpdateAdvice Plain = new() { Running = "sha256:1", RunningTag = "1.0.0", Tag = "1.0.1", Update = "sha256:2" };

    [Fact]
    public void Of_NothingComparable_SaysSo() => AdviceLines.Of(new DriftAdvice { Updates = [Plain] })
        .ShouldBe(["", "1.0.0 -> 1.0.1", "  vulnerabilities: notComparable, or not of both images"]);

    [Theory]
    [InlineData(true, true, "1.0.0 -> 1.0.1 (signed)")]
    [InlineData(true, false, "1.0.0 -> 1.0.1 (loses its signature)")]
    [InlineData(false, false, "1.0.0 -> 1.0.1 (not signed)")]
    [InlineData(null, true, "1.0.0 -> 1.0.1 (signed)")]
    [InlineData(true, null, "1.0.0 -> 1.0.1")]
    public void Of_Signatures_TellsWhatBecomesOfThem(bool? running, bool? update, string expected) =>
        AdviceLines.Of(new DriftAdvice { Updates = [Plain with { IsRunningSigned = running, IsUpdateSigned = update }] }).ShouldContain(expected);

    [Theory]
    [InlineData(true, true, "1.0.0 -> 1.0.1 (signed, with provenance)")]
    [InlineData(true, false, "1.0.0 -> 1.0.1 (signed, loses its provenance)")]
    [InlineData(false, false, "1.0.0 -> 1.0.1 (signed)")]
    [InlineData(null, true, "1.0.0 -> 1.0.1 (signed, with provenance)")]
    [InlineData(true, null, "1.0.0 -> 1.0.1 (signed)")]
    public void Of_Provenance_TellsWhatBecomesOfIt(bool? running, bool? update, string expected)
    {
        var advice = Plain with { IsUpdateSigned = true, IsRunningProvenanceVerified = running, IsUpdateProvenanceVerified = update };

        AdviceLines.Of(new DriftAdvice { Updates = [advice] }).ShouldContain(expected);
    }

    [Fact]
    public void Of_VeryManyNames_TellsHowManyMore()
    {
        AdvisedVulnerability[] many = [.. Enumerable.Range(1, 30).Select(number => new AdvisedVulnerability($"CVE-{number}", Severity.Low))];

        var lines = AdviceLines.Of(new DriftAdvice { Updates = [Plain with { Fixed = many, Introduced = [] }] }).ToArray();

        lines[2].ShouldEndWith("CVE-19 LOW, CVE-20 LOW and 10 more (-o json)");
        lines[3].ShouldBe("  brings nothing");
    }

    /// <summary>The document has the worst ones, and the count of all.</summary>
    [Theory]
    [InlineData(30, 250, "CVE-20 LOW and 230 more (-o json lists 30)")]
    [InlineData(2, 250, "CVE-1 LOW, CVE-2 LOW and 248 more")]
    [InlineData(2, 1, "CVE-1 LOW, CVE-2 LOW")]
    public void Of_MoreNamesThanAreListed_CountsThemAll(int listed, int count, string expected)
    {
        AdvisedVulnerability[] names = [.. Enumerable.Range(1, listed).Select(number => new AdvisedVulnerability($"CVE-{number}", Severity.Low))];

        var lines = AdviceLines.Of(new DriftAdvice { Updates = [Plain with { Fixed = names, FixedCount = count, Introduced = [] }] }).ToArray();

        lines[2].ShouldEndWith(expected);
    }

    [Theory]
    [InlineData(1, "and 1 more update, for which the report has no room")]
    [InlineData(7, "and 7 more updates, for which the report has no room")]
    public void Of_UpdatesThatAreLeftOut_AreCountedAtTheEnd(int leftOut, string expected) =>
        AdviceLines.Of(new DriftAdvice { Updates = [Plain], LeftOut = leftOut }).Last().ShouldBe(expected);

    /// <summary>A document may be any plugin's.</summary>
    [Fact]
    public void Of_PartsThatAreMissing_LeavesThemOut()
    {
        var json = """{"updates":[null,{"running":"r","tag":"t","update":"u","fixed":[null],"packages":{"changed":2,"list":[null]}}]}"""u8.ToArray();

        var advice = DriftAdvice.Of([new Abstractions.Scanning.ReportDocument(DriftAdvice.MediaType, json)])!;

        AdviceLines.Of(advice).ShouldBe(["", "r -> t", "  fixes nothing", "  brings nothing", "  packages: 2 changed, 0 new, 0 gone"]);
    }

    [Fact]
    public void Read_NoJson_IsNoAdvice() =>
        DriftAdvice.Of([new Abstractions.Scanning.ReportDocument(DriftAdvice.MediaType, "{"u8.ToArray())]).ShouldBeNull();
}
