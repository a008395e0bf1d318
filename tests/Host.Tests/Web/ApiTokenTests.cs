using System.Runtime.Versioning;
using RegistryOperator.Host.Settings;
using RegistryOperator.Host.Web;

namespace RegistryOperator.Host.Tests.Web;

[UnsupportedOSPlatform("windows")]
public sealed class ApiTokenTests : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("token-");

    private string TokenFile => Path.Combine(_data.FullName, ApiToken.FileName);

    public void Dispose() => _data.Delete(recursive: true);

    [Fact]
    public void OfDataDirectory_FirstStart_MakesAPrivateTokenThatStays()
    {
        var first = ApiToken.OfDataDirectory(_data.FullName);

        var token = File.ReadAllText(TokenFile).Trim();
        File.GetUnixFileMode(TokenFile).ShouldBe(Private);
        token.Length.ShouldBeGreaterThanOrEqualTo(43);
        first.Matches(token).ShouldBeTrue();
        first.Matches(token + "x").ShouldBeFalse();
        first.Matches("").ShouldBeFalse();
        ApiToken.OfDataDirectory(_data.FullName).Matches(token).ShouldBeTrue();
        File.Delete(TokenFile);
        ApiToken.OfDataDirectory(_data.FullName).Matches(token).ShouldBeFalse();
    }

    [Fact]
    public void OfDataDirectory_ReadableByOthers_IsRefusedAndOfTheGroupTightened()
    {
        ApiToken.OfDataDirectory(_data.FullName);
        File.SetUnixFileMode(TokenFile, Private | UnixFileMode.GroupRead | UnixFileMode.GroupWrite);
        ApiToken.OfDataDirectory(_data.FullName);
        File.GetUnixFileMode(TokenFile).ShouldBe(Private);

        File.SetUnixFileMode(TokenFile, Private | UnixFileMode.OtherRead);
        Should.Throw<InputException>(() => ApiToken.OfDataDirectory(_data.FullName)).Message.ShouldContain("mode 0604");
    }

    [Fact]
    public void OfDataDirectory_LinkInItsPlace_IsNotFollowed()
    {
        var elsewhere = Path.Combine(_data.FullName, "elsewhere");
        File.WriteAllText(elsewhere, "a-token-that-a-stranger-knows");
        File.CreateSymbolicLink(TokenFile, elsewhere);

        Should.Throw<InputException>(() => ApiToken.OfDataDirectory(_data.FullName)).Message.ShouldContain("no file");
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("short")]
    [InlineData("two tokens of a user")]
    [InlineData("a-token-of-a-user\nand-another-line")]
    public void OfFile_NoToken_IsRefused(string content)
    {
        File.WriteAllText(TokenFile, content);

        var error = Should.Throw<InputException>(() => ApiToken.OfFile(TokenFile));

        error.Message.ShouldStartWith($"--api-token-file {TokenFile} holds no token");
        if (content.Trim() is { Length: > 0 } text) error.Message.ShouldNotContain(text);
    }

    [Fact]
    public void OfFile_LinkAsInAVolumeOfASecret_IsRead()
    {
        var target = Path.Combine(_data.FullName, "data");
        File.WriteAllText(target, "a-token-of-the-users-own\n");
        File.CreateSymbolicLink(TokenFile, target);

        ApiToken.OfFile(TokenFile).Matches("a-token-of-the-users-own").ShouldBeTrue();
        Should.Throw<InputException>(() => ApiToken.OfFile(TokenFile + "-missing")).Message.ShouldStartWith("--api-token-file");
    }
}
