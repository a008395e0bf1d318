using CsCheck;
using RegistryOperator.Host.Tags;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Tests.Tags;

public class TagNameTests
{
    /// <summary>Families: only inside of one do numbers tell what is newer. Releases: versions whose variants were made together.</summary>
    [Theory]
    [InlineData("1.2.3", "", "1.2.3", "")]
    [InlineData("v1.2.3", "", "1.2.3", "")]
    [InlineData("1.2.3-rc.1-alpine3.20", "", "1.2.3-rc.1", "alpine3.20")]
    [InlineData("1.27rc3-trixie", "", "1.27rc3", "trixie")]
    [InlineData("service-1.2.3", "service-", "1.2.3", "")]
    [InlineData("service-v1.2.3", "service-", "1.2.3", "")]
    [InlineData("1.2.3-debian-12-r3", "", "1.2.3", "debian-12-r3")]
    [InlineData("1.2.3-ls45", "", "1.2.3", "ls45")]
    [InlineData("version-1.2.3", "version-", "1.2.3", "")]
    [InlineData("20240131", "date", "20240131", "")]
    [InlineData("bookworm-20240131-slim", "bookworm-date", "20240131", "slim")]
    [InlineData("nightly-2024-01-31", "nightly-date", "2024.1.31", "")]
    [InlineData("RELEASE.2024-01-31T20-20-33Z", "RELEASE.date", "2024.1.31.20.20.33", "")]
    [InlineData("RELEASE.2024-01-31T20-20-33Z-cpuv1", "RELEASE.date", "2024.1.31.20.20.33", "cpuv1")]
    [InlineData("2024.01.31", "", "2024.1.31", "")]
    [InlineData("20231114221320", "stamp", "20231114221320", "")]
    [InlineData("1700000000", "long", "1700000000", "")]
    [InlineData("100042", "build", "100042", "")]
    [InlineData("4711", "", "4711", "")]
    [InlineData("8u402-b06-jdk", "#u#-b#", "8.402.6", "jdk")]
    [InlineData("main-@-1700000000", "main-@-long", "1700000000", "")] // a commit is written so
    [InlineData("1.2.3-4-g@", "", "1.2.3", "4-g@")]
    public void Read_Tag_HasFamilyReleaseAndVariant(string tag, string family, string release, string variant)
    {
        var name = TagName.Read(tag, tag);

        (name.Family, name.Variant).ShouldBe((family, variant));
        name.Version!.CompareReleaseTo(TagName.Read(release, release).Version).ShouldBe(0);
    }

    [Theory]
    [InlineData("latest")]
    [InlineData("sha-@")]
    [InlineData("feature-x")]
    public void Read_Word_HasNoVersion(string tag) => TagName.Read(tag, tag).Version.ShouldBeNull();

    [Theory]
    [InlineData("9c41d0ab 98213377", "@ @")]
    [InlineData("98213377 98213378", "98213377 98213378")] // numbers, where nothing else of their length is there
    [InlineData("abc1234 1234567 12345678", "@ @ 12345678")] // another length
    [InlineData("sha-abc1234 sha-1234567 1234567", "sha-@ sha-@ 1234567")] // another place
    [InlineData("20240131 abcd1234", "20240131 @")] // a date
    [InlineData("1.2.3-4-gabc1234", "1.2.3-4-g@")]
    [InlineData("main-abc1234-1700000000", "main-@-1700000000")]
    [InlineData("1.2.3 latest deadbeef bookworm 2.0.0-alpine", "1.2.3 latest deadbeef bookworm 2.0.0-alpine")]
    public void Mask_TagsOfARepository_FindsCommitsByTheOthers(string tags, string masked)
    {
        var all = tags.Split(' ');
        var commits = new CommitHashes(all);

        string.Join(' ', all.Select(commits.Mask)).ShouldBe(masked);
    }

    /// <summary>Floating tags have a full version behind them.</summary>
    [Theory]
    [InlineData("1 1.31 1.31.4 latest", "1 1.31 latest")]
    [InlineData("1 2 3", "")]
    [InlineData("1-alpine 1.31.4", "")] // of another variant
    [InlineData("alpine 1-alpine 1.31.4-alpine mainline-alpine mainline 1.31.4", "alpine 1-alpine mainline-alpine mainline")]
    [InlineData("14 14.24 latest", "14 latest")]
    [InlineData("3.15-rc 3.15.0b4 3.15.0rc1", "3.15-rc")]
    [InlineData("1.27-rc 1.27rc1 1.27rc2", "1.27-rc")]
    [InlineData("edge nightly edge-alpine 1.0.0 1.0.0-alpine alpine", "alpine")] // made of the source, and of no release
    [InlineData("jammy jammy-20240808 noble bookworm-slim bookworm-20240812-slim", "jammy bookworm-slim")]
    [InlineData("latest stable", "")]
    [InlineData("alpine alpine3.24 alpine3.23", "")]
    public void IsFloating_Tags_AreThoseWithAFullVersionBehindThem(string tags, string floating)
    {
        var names = TagNames.Read(tags.Split(' '));

        string.Join(' ', names.All.Where(names.IsFloating).Select(name => name.Tag.Tag)).ShouldBe(floating);
    }

    [Fact]
    public void Read_AnyTags_AreNamedOnceEach() =>
        Gen.String[Gen.Char["0123456789abcdefg-_.vTZ"], 1, 40].Array[0, 12].Sample(tags =>
            TagNames.Read([.. tags.Distinct()]).All.Select(name => name.Tag.Tag).ShouldBe(tags.Distinct()));
}
