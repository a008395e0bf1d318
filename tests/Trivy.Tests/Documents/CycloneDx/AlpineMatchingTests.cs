using RegistryOperator.Plugins.Trivy.Documents.CycloneDx;

namespace RegistryOperator.Trivy.Tests.Documents.CycloneDx;

/// <summary>By which release Trivy says that it matched an Alpine image, in the words of Trivy 0.68.</summary>
public sealed class AlpineMatchingTests
{
    private const string Before =
        "2026-11-28T09:26:28Z\tINFO\t[vuln] Vulnerability scanning is enabled\n" +
        "2026-11-28T09:26:28Z\tINFO\tDetected OS\tfamily=\"alpine\" version=\"3.21.0\"\n";
    private const string Line = "2026-11-28T09:26:28Z\tINFO\t[alpine] Detecting vulnerabilities...\tos_version=";
    private const string After = " pkg_num=14\n2026-11-28T09:26:28Z\tINFO\tNumber of language-specific files\tnum=0\n";

    [Theory]
    [InlineData("\"3.21\" repository=\"3.21\"", true)]
    [InlineData("\"3.21\" repository=\"\"", true)]
    [InlineData("\"edge\" repository=\"edge\"", true)]
    [InlineData("\"3.21\" repository=\"edge\"", false)]
    [InlineData("\"3.19\" repository=\"3.18\"", false)]
    [InlineData("\"3.21\" repository=\"3.2\"", false)]
    [InlineData("\"\" repository=\"3.21\"", false)]
    [InlineData("\"3.21\"", false)]
    public void IsBySystemRelease_WordsOfAScan_Tell(string line, bool expected) =>
        AlpineMatching.IsBySystemRelease(Before + Line + line + After).ShouldBe(expected);

    [Theory]
    [InlineData("")]
    [InlineData(Before)]
    [InlineData("2026-11-28T09:26:28Z\tINFO\t[debian] Detecting vulnerabilities...\tos_version=\"12\" pkg_num=9")]
    [InlineData("2026-11-28T09:26:28Z\tINFO\t[wolfi] Detecting vulnerabilities...\tos_version=\"1\" repository=\"1\" pkg_num=9")]
    [InlineData("[gobinary] Detecting vulnerabilities...")]
    public void IsBySystemRelease_NothingSaidOfAlpine_IsNotKnown(string words) => AlpineMatching.IsBySystemRelease(words).ShouldBeFalse();

    [Fact]
    public void IsBySystemRelease_WordsThatContradictEachOther_AreNotBelieved() =>
        AlpineMatching.IsBySystemRelease(Line + "\"3.21\" repository=\"3.21\"" + After + Line + "\"3.21\" repository=\"edge\"" + After).ShouldBeFalse();
}
