using RegistryOperator.Reports.Search;

namespace RegistryOperator.Reports.Tests.Search;

public class ImageNameTests
{
    private const string Full = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [Theory]
    [InlineData(Full, null, null, Full)]
    [InlineData("sha256:0123456", null, null, "sha256:0123456")]
    [InlineData("0123456", null, "0123456", "sha256:0123456")]
    [InlineData("012345", null, "012345", null)]
    [InlineData("0123456g", null, "0123456g", null)]
    [InlineData("ABCDEF01", null, "ABCDEF01", null)]
    [InlineData(
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        null,
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        Full)]
    [InlineData(
        "00123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        null,
        "00123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        null)]
    [InlineData("sha512:0123456", null, null, "sha512:0123456")]
    [InlineData("sha1:0123456", "sha1", "0123456", null)]
    [InlineData("localhost:5000/a@sha512:0123456", "localhost:5000/a", null, "sha512:0123456")]
    [InlineData("1.0", null, "1.0", null)]
    [InlineData("latest", null, "latest", null)]
    [InlineData("app:1.0", "app", "1.0", null)]
    [InlineData("team/app:1.0", "team/app", "1.0", null)]
    [InlineData("localhost:5000/a/b:1.0", "localhost:5000/a/b", "1.0", null)]
    [InlineData("registry.example.com/a@" + Full, "registry.example.com/a", null, Full)]
    [InlineData("localhost:5000/a:1.0@sha256:0123456", "localhost:5000/a", null, "sha256:0123456")]
    [InlineData("http://localhost:5000/a:1.0", "localhost:5000/a", "1.0", null)]
    public void Parse_EveryForm_IsRead(string text, string? repository, string? tag, string? digest) =>
        ImageName.Parse(text).ShouldBe(new ImageName(repository, tag, digest));

    [Theory]
    [InlineData("", "empty")]
    [InlineData(" ", "empty")]
    [InlineData("a b", "space")]
    [InlineData("a\tb:1", "space")]
    [InlineData("sha256:", "at least 7")]
    [InlineData("app@sha256:012345", "at least 7")]
    [InlineData(":1@" + Full, "no repository")]
    [InlineData("localhost:5000/a/b", "is a repository")]
    [InlineData("team/app", "team/app:1.0")]
    [InlineData("http://localhost:5000/a", "localhost:5000/a:1.0")]
    [InlineData("app:", "missing")]
    [InlineData(":1.0", "missing")]
    [InlineData("@" + Full, "no repository")]
    [InlineData("app@1.0", "'1.0' is not a digest")]
    [InlineData("sha256:012345", "at least 7")]
    [InlineData("sha256:0123456X", "lower case")]
    [InlineData(Full + "0", "is not a digest")]
    public void Parse_OtherText_SaysWhatIsWrong(string text, string complaint) =>
        Should.Throw<FormatException>(() => ImageName.Parse(text)).Message.ShouldContain(complaint);

    [Theory]
    [InlineData("app:1.0", "app", "1.0")]
    [InlineData("app:", "app", "")]
    [InlineData(":1.0", "", "1.0")]
    [InlineData("app", "app", null)]
    [InlineData("localhost:5000/app", "localhost:5000/app", null)]
    [InlineData("localhost:5000/a/b:1.0", "localhost:5000/a/b", "1.0")]
    [InlineData("", "", null)]
    public void SplitTag_Name_IsSplitAtTheColonAfterTheLastSlash(string name, string repository, string? tag) =>
        ImageName.SplitTag(name).ShouldBe((repository, tag));

    [Theory]
    [InlineData("registry.example.com/team/app", "team/app")]
    [InlineData("localhost:5000/app", "app")]
    [InlineData("localhost/app", "app")]
    [InlineData("localhosts/app", "localhosts/app")]
    [InlineData("registry.example.com/app", "app")]
    [InlineData("team/app.v2", "team/app.v2")]
    [InlineData("[::1]:5000/app", "app")]
    [InlineData("team/app", "team/app")]
    [InlineData("app", "app")]
    public void PathOf_Repository_IsWithoutItsHost(string repository, string path) => ImageName.PathOf(repository).ShouldBe(path);
}
