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

    private Task<ApiToken> OpenAsync() => ApiToken.OfDataDirectoryAsync(_data.FullName, TestContext.Current.CancellationToken);

    public void Dispose() => _data.Delete(recursive: true);

    [Fact]
    public async Task OfDataDirectory_FirstStart_MakesAPrivateTokenThatStays()
    {
        var first = await OpenAsync();

        var token = File.ReadAllText(TokenFile).Trim();
        File.GetUnixFileMode(TokenFile).ShouldBe(Private);
        token.Length.ShouldBeGreaterThanOrEqualTo(43);
        first.Matches(token).ShouldBeTrue();
        first.Matches(token + "x").ShouldBeFalse();
        first.Matches("").ShouldBeFalse();
        (await OpenAsync()).Matches(token).ShouldBeTrue();
        File.Delete(TokenFile);
        (await OpenAsync()).Matches(token).ShouldBeFalse();
    }

    /// <summary>Half a token would be refused at every later start.</summary>
    [Fact]
    public async Task OfDataDirectory_StoppedBeforeItIsWritten_LeavesNoFile()
    {
        await Should.ThrowAsync<OperationCanceledException>(ApiToken.OfDataDirectoryAsync(_data.FullName, new CancellationToken(canceled: true)));

        _data.EnumerateFileSystemInfos().ShouldBeEmpty();
    }

    [Fact]
    public async Task OfDataDirectory_ReadableByOthers_IsRefusedAndOfTheGroupTightened()
    {
        await OpenAsync();
        File.SetUnixFileMode(TokenFile, Private | UnixFileMode.GroupRead | UnixFileMode.GroupWrite);
        await OpenAsync();
        File.GetUnixFileMode(TokenFile).ShouldBe(Private);

        File.SetUnixFileMode(TokenFile, Private | UnixFileMode.OtherRead);
        (await Should.ThrowAsync<InputException>(OpenAsync)).Message.ShouldContain("mode 0604");
    }

    [Fact]
    public async Task OfDataDirectory_LinkInItsPlace_IsNotFollowed()
    {
        var elsewhere = Path.Combine(_data.FullName, "elsewhere");
        File.WriteAllText(elsewhere, "a-token-that-a-stranger-knows");
        File.CreateSymbolicLink(TokenFile, elsewhere);

        (await Should.ThrowAsync<InputException>(OpenAsync)).Message.ShouldContain("no file");
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
