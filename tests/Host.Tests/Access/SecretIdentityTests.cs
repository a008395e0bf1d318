using System.Security.Cryptography;
using System.Text;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Secrets;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Tests.Cli;

namespace RegistryOperator.Host.Tests.Access;

public sealed class SecretIdentityTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("identity-");

    private string KeyFile => Path.Combine(_folder.FullName, SecretIdentity.FileName);

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Of_SameContent_IsTheSameAfterARestart()
    {
        var before = Of(Persistent(), ("feed", "token", "hunter2"), ("feed", "user", "ada"));

        Of(Persistent(), ("feed", "user", "ada"), ("feed", "token", "hunter2")).ShouldBe(before);
        if (!OperatingSystem.IsWindows()) File.GetUnixFileMode(KeyFile).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Directory.GetFiles(_folder.FullName).ShouldBe([KeyFile]);
    }

    [Fact]
    public void Of_OtherContentOrName_IsAnother() => new[]
    {
        Of(Persistent(), ("feed", "token", "hunter2")), Of(Persistent(), ("feed", "token", "hunter3")), Of(Persistent(), ("feed", "tokens", "hunter2")),
        Of(Persistent(), ("feed2", "token", "hunter2")), Of(Persistent(), ("feed", "token", "")),
        Of(Persistent(), ("feed", "token", "hunter2"), ("x", "y", "")),
        // What is beside must not run into what is before it.
        Of(Persistent(), ("a", "bc", "d")), Of(Persistent(), ("ab", "c", "d")), Of(Persistent(), ("a", "b", "cd")),
    }.ShouldBeUnique();

    [Fact]
    public void Of_OtherDataDirectoryOrNone_IsAnother()
    {
        var (first, second) = (new SecretIdentity(folder: null), new SecretIdentity(folder: null));
        var known = Of(first, ("feed", "token", "hunter2"));

        new[] { known, Of(second, ("feed", "token", "hunter2")), Of(Persistent(), ("feed", "token", "hunter2")) }.ShouldBeUnique();
        Of(first, ("feed", "token", "hunter2")).ShouldBe(known);
    }

    [Fact]
    public void Of_Content_IsInNoPlainHash()
    {
        var identity = Of(Persistent(), ("feed", "token", "hunter2"));

        identity.ShouldNotBe(Convert.ToHexStringLower(SHA256.HashData("hunter2"u8)));
        identity.ShouldNotBe(Convert.ToHexStringLower(SHA256.HashData("4:feed5:token7:hunter2"u8)));
        identity.ShouldMatch("^[0-9a-f]{64}$");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void Of_FileThatIsNoKey_MakesANewOne(int length)
    {
        File.WriteAllBytes(KeyFile, new byte[length]);

        var made = Of(Persistent(), ("feed", "token", "hunter2"));

        new FileInfo(KeyFile).Length.ShouldBe(32);
        Of(Persistent(), ("feed", "token", "hunter2")).ShouldBe(made);
    }

    [Fact]
    public async Task Of_SeveralAtTheSameTime_TakeOneKey()
    {
        for (var round = 0; round < 20; round++)
        {
            File.Delete(KeyFile);
            var identities = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Of(Persistent(), ("feed", "token", "hunter2")))));

            identities.Distinct().ShouldHaveSingleItem();
            Of(Persistent(), ("feed", "token", "hunter2")).ShouldBe(identities[0]);
        }
    }

    [Fact]
    public void Of_FolderThatCantBeUsed_SaysWhichFile()
    {
        Directory.CreateDirectory(KeyFile);
        File.WriteAllText(Path.Combine(KeyFile, "in the way"), "");

        var failure = Should.Throw<RoundFailedException>(() => Of(Persistent(), ("feed", "token", "hunter2"))).Failure;

        failure.Reason.ShouldBe(ScanReasons.Failed);
        failure.Message.ShouldStartWith($"{KeyFile}, the key by which results made with Secrets are told apart, can't be used: ");
    }

    private static string Of(SecretIdentity identity, params (string Name, string Key, string Content)[] values) => identity.Of(values.Select(value =>
        KeyValuePair.Create(new SecretKeyReference { Name = value.Name, Key = value.Key }, (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(value.Content))));

    private SecretIdentity Persistent() => new(_folder.FullName);
}
