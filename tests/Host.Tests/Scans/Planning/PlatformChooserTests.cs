using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Host.Images;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Scans.Planning;

namespace RegistryOperator.Host.Tests.Scans.Planning;

public class PlatformChooserTests
{
    private static readonly Digest Image = Digest.Compute("index"u8);

    [Theory]
    [InlineData("", "linux/arm64/v8 linux/amd64", "linux/amd64")]
    [InlineData("", "windows/amd64 linux/arm64", "linux/arm64")]
    [InlineData("", "linux/s390x linux/arm64/v8", "linux/arm64/v8")]
    [InlineData("", "linux/s390x linux/ppc64le", "linux/s390x")]
    [InlineData("all", "linux/amd64 linux/arm64", "linux/amd64 linux/arm64")]
    [InlineData("linux/arm64", "linux/amd64 linux/arm64/v8", "linux/arm64/v8")]
    [InlineData("linux/arm", "linux/amd64 linux/arm64/v8", "")]
    [InlineData("linux/arm/v7", "linux/arm/v6 linux/arm/v7", "linux/arm/v7")]
    [InlineData("linux/amd64 linux/arm64", "linux/amd64", "linux/amd64")]
    [InlineData("linux/arm64 linux/arm64/v8", "linux/amd64 linux/arm64/v8", "linux/arm64/v8")]
    [InlineData("", "linux/arm64/v8 linux/arm64", "linux/arm64")]
    [InlineData("linux/arm64 linux/amd64", "linux/amd64 linux/arm64", "linux/arm64 linux/amd64")]
    [InlineData("linux/amd64 linux/amd64", "linux/amd64", "linux/amd64")]
    [InlineData("linux/arm/v7", "linux/arm/v7/x", "")] // a variant has none of its own
    [InlineData("linux/amd64/v3", "linux/amd64", "")]
    [InlineData("linux", "linux/amd64", "")]
    [InlineData("all linux/amd64", "linux/amd64 linux/arm64", "linux/amd64")]
    [InlineData("all", "linux/amd64 linux/amd64", "linux/amd64")]
    [InlineData("Linux/amd64", "linux/amd64", "")]
    public void Choose_Index_TakesWhatTheResourceWants(string wanted, string has, string chosen) =>
        PlatformChooser.Choose(Words(wanted), Image, Index(has)).Chosen.Select(platform => platform.Name).ShouldBe(Words(chosen));

    [Fact]
    public void Choose_PlatformThatTheImageLacks_IsNamedAsMissing()
    {
        var missing = PlatformChooser.Choose(["linux/amd64", "linux/riscv64"], Image, Index("linux/amd64")).Missing.ShouldHaveSingleItem();

        missing.Platform.ShouldBe("linux/riscv64");
        missing.Reason.ShouldBe("NotFound");
    }

    [Fact]
    public void Choose_SingleImage_IsScannedByItsOwnDigest() =>
        PlatformChooser.Choose([], Image, new ImageDetails { MediaType = MediaTypes.OciManifest, Platforms = ["linux/s390x"] })
            .Chosen.ShouldHaveSingleItem().ShouldBe(new ChosenPlatform("linux/s390x", Image));

    [Fact]
    public void Choose_ArtifactThatIsNoImage_HasNothingToScan() =>
        PlatformChooser.Choose([], Image, new ImageDetails { MediaType = MediaTypes.OciManifest, Reason = "NotAnImage" }).ShouldBe(PlatformChoices.None);

    [Fact]
    public void Choose_SingleImageWithoutAPlatform_IsScannedAllTheSame() =>
        PlatformChooser.Choose([], Image, new ImageDetails { MediaType = MediaTypes.OciManifest })
            .Chosen.ShouldHaveSingleItem().ShouldBe(new ChosenPlatform("", Image));

    [Fact]
    public void Choose_MissingPlatform_SaysWhich() =>
        PlatformChooser.Choose(["linux/riscv64"], Image, Index("linux/amd64")).Missing.ShouldBe(
        [
            new MissingPlatformStatus { Platform = "linux/riscv64", Reason = "NotFound", Message = "The image is not made for linux/riscv64." },
        ]);

    [Fact]
    public void Choose_Index_IsScannedByItsManifests() =>
        PlatformChooser.Choose([], Image, Index("linux/amd64")).Chosen.ShouldHaveSingleItem().Digest.ShouldBe(ScanParts.DigestOf("linux/amd64"));

    /// <summary>What pulls may be given any of them, so that none may hide from what judges the whole image.</summary>
    [Theory]
    [InlineData("", "linux/amd64 linux/amd64", 1)]
    [InlineData("linux/amd64", "linux/arm64 linux/amd64 linux/amd64", 1)]
    [InlineData("all", "linux/arm64 linux/amd64 linux/amd64", 1)]
    [InlineData("linux/arm64", "linux/arm64/v8 linux/arm64", 1)]
    [InlineData("linux/arm64/v8", "linux/arm64/v8 linux/arm64", 1)]
    [InlineData("", "linux/amd64 linux/amd64/v3", 1)]
    [InlineData("linux/arm/v7", "linux/arm/v6 linux/arm/v7", 0)]
    [InlineData("", "linux/amd64 linux/arm64", 0)]
    public void Choose_FurtherEntriesOfAPlatform_BelongToTheWhole(string wanted, string has, int twins)
    {
        var entries = Words(has).Select((name, index) => new PlatformDigestStatus { Platform = name, Digest = ScanParts.DigestOf($"{index}").ToString() });
        var details = Index("") with { PlatformDigests = [.. entries] };

        var choices = PlatformChooser.Choose(Words(wanted), Image, details);

        choices.Twins.Count.ShouldBe(twins);
        choices.Whole.ShouldBe([.. choices.Chosen, .. choices.Twins]);
        choices.Whole.Concat(choices.Others).Select(platform => platform.Digest.ToString()).ShouldBe(
            details.PlatformDigests.Select(entry => entry.Digest), ignoreOrder: true);
        PlatformChooser.Explain(Words(wanted), Image, details).Count(step => step.Decision.Outcome == "NotFirst").ShouldBe(twins);
    }

    [Fact]
    public void Choose_IndexNamesAPlatformTwice_TakesTheFirstAndKeepsOthersOfTheSameManifest()
    {
        var one = ScanParts.DigestOf("one");
        var two = ScanParts.DigestOf("two");
        var details = Index("") with { PlatformDigests = [Entry("linux/amd64", one), Entry("linux/amd64", two), Entry("linux/arm64", one)] };

        PlatformChooser.Choose(["all"], Image, details).Chosen.ShouldBe([new ChosenPlatform("linux/amd64", one), new ChosenPlatform("linux/arm64", one)]);

        static PlatformDigestStatus Entry(string name, Digest digest) => new() { Platform = name, Digest = digest.ToString() };
    }

    /// <summary>Images for Windows differ by the version of the system they need.</summary>
    [Theory]
    [InlineData("windows/amd64", "windows(10.0.17763.1)/amd64 windows(10.0.20348.1)/amd64")]
    [InlineData("all", "windows(10.0.17763.1)/amd64 linux/amd64 windows(10.0.20348.1)/amd64 windows/arm64")]
    [InlineData("windows(10.0.20348.1)/amd64", "windows(10.0.20348.1)/amd64")]
    [InlineData("windows/arm64", "windows/arm64")]
    [InlineData("", "linux/amd64")]
    public void Choose_WindowsOfSeveralVersions_AreSeveralPlatforms(string wanted, string chosen)
    {
        PlatformDigestStatus[] entries =
        [
            Of("windows/amd64", "10.0.17763.1"), Of("linux/amd64", null), Of("windows/amd64", "10.0.20348.1"), Of("windows/arm64", "10.0.1"),
        ];

        var choices = PlatformChooser.Choose(Words(wanted), Image, Index("") with { PlatformDigests = entries });

        choices.Chosen.Select(platform => platform.Name).ShouldBe(Words(chosen));
        foreach (var platform in choices.Chosen.Where(platform => platform.Name.StartsWith("windows", StringComparison.Ordinal)))
        {
            var version = platform.ToPlatform().OsVersion;
            platform.Family.ShouldStartWith("windows/");
            platform.Digest.ShouldBe(ScanParts.DigestOf(platform.Family + version));
        }

        static PlatformDigestStatus Of(string name, string? version) =>
            new() { Platform = name, OsVersion = version, Digest = ScanParts.DigestOf(name + version).ToString() };
    }

    [Theory]
    [InlineData("linux/amd64", "linux/amd64")]
    [InlineData("linux/arm64/v8", "linux/arm64/v8")]
    [InlineData("linux/arm/v7/v7", "linux/arm/v7/v7")]
    public void ToPlatform_Name_IsItsParts(string name, string expected)
    {
        var platform = new ChosenPlatform(name, Image).ToPlatform();

        platform.Os.ShouldBe("linux");
        string.Join('/', new[] { platform.Os, platform.Architecture, platform.Variant }.Where(part => part is not null)).ShouldBe(expected);
    }

    private static ImageDetails Index(string platforms) => new()
    {
        MediaType = MediaTypes.OciIndex,
        Platforms = Words(platforms),
        PlatformDigests =
        [
            .. Words(platforms).Select(name => new PlatformDigestStatus
            {
                Platform = name,
                Digest = Digest.Compute(System.Text.Encoding.UTF8.GetBytes(name)).ToString(),
            }),
        ],
    };

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
