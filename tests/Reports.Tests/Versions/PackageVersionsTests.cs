using CsCheck;
using RegistryOperator.Reports.Versions;

namespace RegistryOperator.Reports.Tests.Versions;

/// <summary>Each packaging system's order of versions.</summary>
public class PackageVersionsTests
{
    // From dpkg's own tests and its manual.
    [Theory]
    [InlineData("1.0", "1.0-1")]
    [InlineData("1.0~rc1-1", "1.0-1")]
    [InlineData("1.0~~", "1.0~")]
    [InlineData("1.0~~a", "1.0~")]
    [InlineData("1.0", "1.0a")]
    [InlineData("1.0a", "1.0+b")]
    [InlineData("1.9", "1.10")]
    [InlineData("9.9-9", "1:0.1-1")]
    [InlineData("5.0-4", "5.0-4+deb10u1")]
    [InlineData("2.36-9+deb12u4", "2.36-9+deb12u10")]
    [InlineData("1.2-3-1", "1.2-3-2")]
    [InlineData("1.0-99999999999999999998", "1.0-99999999999999999999")]
    public void OrderOf_Debian_LowerComesFirst(string lower, string higher) => ShouldBeBefore("deb", lower, higher);

    [Theory]
    [InlineData("1.0", "0:1.0")]
    [InlineData("1.0", "1.0-0")]
    [InlineData("1.01", "1.1")]
    public void OrderOf_Debian_SameVersionsAreEqual(string left, string right) => ShouldBeSame("deb", left, right);

    // From rpm's tests/rpmvercmp.at.
    [Theory]
    [InlineData("1.0", "2.0")]
    [InlineData("2.0", "2.0.1")]
    [InlineData("2.0.1", "2.0.1a")]
    [InlineData("5.5p1", "5.5p2")]
    [InlineData("5.5p1", "5.5p10")]
    [InlineData("10xyz", "10.1xyz")]
    [InlineData("xyz.4", "8")]
    [InlineData("5.5p2", "5.6p1")]
    [InlineData("6.0", "6.0.rc1")]
    [InlineData("10a2", "10b2")]
    [InlineData("1.0~rc1", "1.0")]
    [InlineData("1.0~rc1~git123", "1.0~rc1")]
    [InlineData("1.0", "1.0^")]
    [InlineData("1.0^git1", "1.0^git2")]
    [InlineData("1.0^git1", "1.01")]
    [InlineData("1.0^20160101", "1.0.1")]
    [InlineData("1.0~rc1^git1", "1.0")]
    [InlineData("1.0^git1~pre", "1.0^git1")]
    [InlineData("1.1.1k-9.el8", "1.1.1k-12.el8")]
    [InlineData("9.0-1", "1:1.0-1")]
    [InlineData("1.0", "1.0-1")]
    public void OrderOf_Rpm_LowerComesFirst(string lower, string higher) => ShouldBeBefore("rpm", lower, higher);

    [Theory]
    [InlineData("2_0", "2.0")]
    [InlineData("a+", "a_")]
    [InlineData("0:1.0-1", "1.0-1")]
    [InlineData("10.0001", "10.1")]
    public void OrderOf_Rpm_SameVersionsAreEqual(string left, string right) => ShouldBeSame("rpm", left, right);

    // From apk-tools' test/version.data.
    [Theory]
    [InlineData("1.2.11", "1.3.0")]
    [InlineData("1.0", "1.0.1")]
    [InlineData("2.34", "4")]
    [InlineData("1.0.3", "1.0.3b")]
    [InlineData("2.0.1a", "2.0.2")]
    [InlineData("1.2_alpha", "1.2_beta")]
    [InlineData("1.2_pre3", "1.2_rc1")]
    [InlineData("1.2_rc4", "1.2")]
    [InlineData("1.2", "1.2_p1")]
    [InlineData("1.2_cvs20240101", "1.2_git20240101")]
    [InlineData("1.2-r9", "1.2-r10")]
    [InlineData("1.2", "1.2-r0")]
    [InlineData("0.1.0_alpha_pre2", "0.1.0_alpha")]
    [InlineData("1.0.05", "1.0.1")]
    [InlineData("1.2.3_p1-r5", "1.2.3.1-r0")]
    [InlineData("3.1.4-r5", "3.1.4-r6")]
    public void OrderOf_Apk_LowerComesFirst(string lower, string higher) => ShouldBeBefore("apk", lower, higher);

    [Theory]
    [InlineData("npm", "1.9.0", "1.10.0")]
    [InlineData("npm", "1.0.0-alpha", "1.0.0-alpha.1")]
    [InlineData("npm", "1.0.0-alpha.1", "1.0.0-alpha.beta")]
    [InlineData("npm", "1.0.0-beta.2", "1.0.0-beta.11")]
    [InlineData("npm", "1.0.0-rc.1", "1.0.0")]
    [InlineData("npm", "1.0.0-anything", "1.0.0")]
    [InlineData("golang", "v0.0.0-20240101000000-abcdef", "v0.0.0")]
    [InlineData("golang", "go1.21.9", "go1.21.10")]
    [InlineData("golang", "1.21rc2", "1.21.0")]
    [InlineData("nuget", "10.0.0-preview.1", "10.0.0")]
    [InlineData("pypi", "1.0.dev1", "1.0a1")]
    [InlineData("pypi", "1.0a1", "1.0b2")]
    [InlineData("pypi", "1.0rc1", "1.0")]
    [InlineData("pypi", "1.0", "1.0.post1")]
    [InlineData("pypi", "1.0.post1", "1.0.1")]
    [InlineData("maven", "1.0-SNAPSHOT", "1.0")]
    [InlineData("maven", "1.0-M2", "1.0-RC1")]
    [InlineData("maven", "31.1-jre", "32.0-jre")]
    [InlineData("maven", "31.1", "31.1-jre")]
    [InlineData("gem", "1.0.0.rc1", "1.0.0")]
    [InlineData("unknown", "1.1.1j", "1.1.1k")]
    [InlineData("unknown", "1.1.1", "1.1.1a")]
    public void OrderOf_OtherTypes_LowerComesFirst(string type, string lower, string higher) => ShouldBeBefore(type, lower, higher);

    // From the examples of PEP 440.
    [Theory]
    [InlineData("1.0.dev456", "1.0a1")]
    [InlineData("1.0a1", "1.0a2.dev456")]
    [InlineData("1.0a2.dev456", "1.0a12.dev456")]
    [InlineData("1.0a12.dev456", "1.0a12")]
    [InlineData("1.0a12", "1.0b1.dev456")]
    [InlineData("1.0b2.post345.dev456", "1.0b2.post345")]
    [InlineData("1.0b2.post345", "1.0rc1.dev456")]
    [InlineData("1.0rc1", "1.0")]
    [InlineData("1.0", "1.0+abc.5")]
    [InlineData("1.0+abc.5", "1.0+abc.7")]
    [InlineData("1.0+abc.7", "1.0+5")]
    [InlineData("1.0+5", "1.0.post456.dev34")]
    [InlineData("1.0.post456.dev34", "1.0.post456")]
    [InlineData("1.0.post456", "1.1.dev1")]
    [InlineData("2013.10", "1!1.0")]
    [InlineData("1.0.0-anything", "0.1")]
    public void OrderOf_Python_LowerComesFirst(string lower, string higher) => ShouldBeBefore("pypi", lower, higher);

    [Theory]
    [InlineData("2022.12.7", "2022.12.07")]
    [InlineData("1.0-1", "1.0.post1")]
    [InlineData("1.0", "1.0.0")]
    [InlineData("v1.0", "1.0")]
    [InlineData("1.0-ALPHA", "1.0a0")]
    [InlineData("1.0.preview_2", "1.0rc2")]
    [InlineData("1.0-r4", "1.0.post4")]
    [InlineData("1.0+ubuntu-1", "1.0+ubuntu.1")]
    public void OrderOf_Python_SameVersionsAreEqual(string left, string right) => ShouldBeSame("pypi", left, right);

    // From the version order specification of Maven's POM reference.
    [Theory]
    [InlineData("1", "1.1")]
    [InlineData("1-snapshot", "1")]
    [InlineData("1", "1-sp")]
    [InlineData("1-foo2", "1-foo10")]
    [InlineData("1-sp", "1-ga-1")]
    [InlineData("1-a1", "1-b1")]
    [InlineData("1-alpha-2", "1-alpha-10")]
    [InlineData("2.0-rc9", "2.0-rc10")]
    [InlineData("1.0-alpha-1", "1.0-SNAPSHOT")]
    [InlineData("2.9.10.4", "2.9.10.8")]
    [InlineData("1.foo", "1-1")]
    [InlineData("1-1", "1.1")]
    [InlineData("32.1-android", "32.1-jre")]
    public void OrderOf_Maven_LowerComesFirst(string lower, string higher) => ShouldBeBefore("maven", lower, higher);

    [Theory]
    [InlineData("1.0.0", "1")]
    [InlineData("1.ga", "1-ga")]
    [InlineData("1-ga", "1")]
    [InlineData("1.0.0-foo.0.0", "1-foo")]
    [InlineData("2.0.0.RELEASE", "2.0")]
    [InlineData("1-a1", "1-alpha-1")]
    [InlineData("1.0-CR2", "1.0-rc2")]
    public void OrderOf_Maven_SameVersionsAreEqual(string left, string right) => ShouldBeSame("maven", left, right);

    // From the documentation of Gem::Version.
    [Theory]
    [InlineData("1.0.a", "1.0")]
    [InlineData("1.0.a.2", "1.0.b1")]
    [InlineData("1.0.b1", "1.0")]
    [InlineData("4.0.0.beta9", "4.0.0.beta10")]
    [InlineData("1.0.rc1", "1.0.rc2")]
    [InlineData("1.0-1", "1.0")]
    [InlineData("1.9", "1.10")]
    public void OrderOf_Ruby_LowerComesFirst(string lower, string higher) => ShouldBeBefore("gem", lower, higher);

    [Theory]
    [InlineData("1.0.0", "1")]
    [InlineData("1.0.a", "1.a")]
    [InlineData("1.0-2", "1.pre.2")]
    public void OrderOf_Ruby_SameVersionsAreEqual(string left, string right) => ShouldBeSame("gem", left, right);

    [Theory]
    [InlineData("composer", "1.0.0-beta2", "1.0.0-beta10")]
    [InlineData("composer", "1.0.0-beta10", "1.0.0-RC1")]
    [InlineData("composer", "1.0.0-RC1", "1.0.0")]
    [InlineData("composer", "1.0.0", "1.0.0-p1")]
    [InlineData("composer", "1.0.0-dev", "1.0.0-alpha1")]
    [InlineData("nuget", "1.0.0", "1.0.0.1")]
    [InlineData("nuget", "1.0.0-Beta", "1.0.0-beta2")]
    [InlineData("nuget", "1.0.0-ALPHA", "1.0.0-beta")]
    public void OrderOf_ComposerAndNuGet_LowerComesFirst(string type, string lower, string higher) => ShouldBeBefore(type, lower, higher);

    [Theory]
    [InlineData("composer", "v2.14.11", "2.14.11")]
    [InlineData("nuget", "1.0.0-RC", "1.0.0-rc")]
    [InlineData("nuget", "1.0.0.0", "1.0")]
    public void OrderOf_ComposerAndNuGet_SameVersionsAreEqual(string type, string left, string right) => ShouldBeSame(type, left, right);

    [Theory]
    [InlineData("npm", "1.0", "1.0.0")]
    [InlineData("npm", "1.0.0+build1", "1.0.0+build2")]
    [InlineData("golang", "v1.2.3", "1.2.3")]
    [InlineData("golang", "v2.0.0+incompatible", "v2.0.0")]
    [InlineData("maven", "1.0.0.Final", "1.0")]
    [InlineData("pypi", "1.0.0rc1", "1.0rc1")]
    public void OrderOf_OtherTypes_SameVersionsAreEqual(string type, string left, string right) => ShouldBeSame(type, left, right);

    [Theory]
    [InlineData("deb")]
    [InlineData("rpm")]
    [InlineData("apk")]
    [InlineData("npm")]
    [InlineData("pypi")]
    [InlineData("maven")]
    [InlineData("gem")]
    [InlineData("nuget")]
    [InlineData("composer")]
    [InlineData("unknown")]
    public void OrderOf_AnyVersions_IsATotalOrder(string type)
    {
        var order = PackageVersions.OrderOf(type);
        Gen.Select(AnyVersion, AnyVersion, AnyVersion).Sample((a, b, c) =>
        {
            order.Compare(a, a).ShouldBe(0);
            Math.Sign(order.Compare(a, b)).ShouldBe(-Math.Sign(order.Compare(b, a)));
            if (order.Compare(a, b) <= 0 && order.Compare(b, c) <= 0) order.Compare(a, c).ShouldBeLessThanOrEqualTo(0);
        });
    }

    [Theory]
    [InlineData("npm")]
    [InlineData("cargo")]
    [InlineData("nuget")]
    [InlineData("golang")]
    [InlineData("hex")]
    [InlineData("pub")]
    [InlineData("composer")]
    [InlineData("swift")]
    public void OrderOf_SemanticTypes_HyphenBeginsAPreRelease(string type) => ShouldBeBefore(type, "1.0.0-anything", "1.0.0");

    [Theory]
    [InlineData("maven")]
    [InlineData("unknown")]
    [InlineData("")]
    public void OrderOf_LooseTypes_UnknownWordComesAfterTheRelease(string type) => ShouldBeBefore(type, "1.0.0", "1.0.0-anything");

    // From the furthest to the nearest of the release, and what comes after it.
    private static readonly string[][] Stages =
    [
        ["1.0-dev1", "1.0.nightly.1", "1.0-canary1", "1.0-DEV.1"], ["1.0alpha1", "1.0a1"], ["1.0-beta1", "1.0b1"], ["1.0-milestone-1", "1.0-M1"],
        ["1.0rc1", "1.0-CR1", "1.0pre1", "1.0-preview.1", "1.0ea1", "1.0c1"], ["1.0-SNAPSHOT"],
        ["1.0", "1", "1.0.0", "v1.0", "V1.0", "go1.0", "1.0.Final", "1.0-GA", "1.0.RELEASE", "1.0+build"],
        ["1.0a"], ["1.0b"], ["1.0-other"], ["1.0.1", "1.0-1"],
    ];

    [Fact]
    public void OrderOf_WordsOfAStage_AreTheSameAndInTheOrderOfTheStages()
    {
        for (var stage = 0; stage < Stages.Length; stage++)
        {
            foreach (var version in Stages[stage])
            {
                ShouldBeSame("unknown", Stages[stage][0], version);
                if (stage > 0) ShouldBeBefore("unknown", Stages[stage - 1][^1], version);
            }
        }
    }

    [Theory]
    [InlineData("npm", "1.0.0-1", "1.0.0-a")]
    [InlineData("npm", "1.0.0-2", "1.0.0-10")]
    [InlineData("npm", "1.0.0-a", "1.0.0-a.0")]
    [InlineData("npm", "1.0.0-a-b", "1.0.0-a-c")]
    [InlineData("npm", "1.0.0-A", "1.0.0-a")]
    [InlineData("deb", "1.0-1~a", "1.0-1")]
    [InlineData("deb", "1:1.0", "2:0.1")]
    [InlineData("deb", "x:1.0", "y:0.1")]
    [InlineData("deb", "1.0-a-2", "1.0-b-1")]
    [InlineData("deb", "1.0+b-1", "1.0-a-1")]
    [InlineData("rpm", "1.0a", "1.0.1")]
    [InlineData("rpm", "1.0-1", "1.0-1.1")]
    [InlineData("rpm", "1-a-2", "1-b-1")]
    [InlineData("rpm", "1.0a", "1.0b")]
    [InlineData("rpm", "1.0~", "1.0^")]
    [InlineData("apk", "", "1")]
    [InlineData("apk", "1.0x_", "1.0x")]
    [InlineData("apk", "1.0_alpha1", "1.0_alpha2")]
    [InlineData("apk", "1.0_alpha9", "1.0_alpha10")]
    [InlineData("apk", "1.0_p1", "1.0_p2")]
    [InlineData("apk", "1.0~ab", "1.0~ac")]
    [InlineData("apk", "1.0~ab-r1", "1.0~ab-r2")]
    [InlineData("apk", "1.0-r1", "1.0~ab")]
    [InlineData("apk", "1.0~ab", "1.0_p")]
    [InlineData("apk", "1.0_p", "1.0a")]
    [InlineData("apk", "1.0a", "1.0.1")]
    [InlineData("apk", "1.0a", "1.0b")]
    [InlineData("apk", "1.0_svn1", "1.0_git1")]
    [InlineData("apk", "1.0_git1", "1.0_hg1")]
    [InlineData("apk", "1.0_hg1", "1.0_p1")]
    [InlineData("apk", "9", "10")]
    [InlineData("apk", "1.9", "1.10")]
    [InlineData("apk", "1.0-r1-r2", "1.0-r1")]
    public void OrderOf_RulesOfASystem_DecideAlone(string type, string lower, string higher) => ShouldBeBefore(type, lower, higher);

    private static readonly string[] Pieces =
    [
        "0", "1", "2", "10", "01", "00", ".", ".", "-", "_", "~", "^", "+", ":", "a", "b", "z",
        "rc", "rc1", "_rc", "_p1", "-r1", "alpha", "final", "v", " ", "é", "~abc",
    ];

    private static readonly Gen<string> AnyVersion =
        Gen.Int[0, Pieces.Length - 1].Select(index => Pieces[index]).Array[0, 6]
            .Select(pieces => string.Concat(pieces));

    private static void ShouldBeBefore(string type, string lower, string higher)
    {
        PackageVersions.OrderOf(type).Compare(lower, higher).ShouldBeLessThan(0);
        PackageVersions.OrderOf(type).Compare(higher, lower).ShouldBeGreaterThan(0);
    }

    private static void ShouldBeSame(string type, string left, string right) => PackageVersions.OrderOf(type).Compare(left, right).ShouldBe(0);
}
