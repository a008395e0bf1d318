using MountedCredentials;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Registries;

namespace Samples.Tests;

public sealed class MountedCredentialsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("credentials-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task GetCredential_FilesOfTheHost_AreReadAnewEachTime()
    {
        Mount("registry.example.com", "ann", "old\n");
        (await AskAsync("https://registry.example.com")).ShouldBe(new RegistryCredential.UsernamePassword("ann", "old"));

        Mount("registry.example.com", "ann", "new\n");
        (await AskAsync("https://registry.example.com")).ShouldBe(new RegistryCredential.UsernamePassword("ann", "new"));
        (await AskAsync("https://other.example.com")).ShouldBeNull();
    }

    [Fact]
    public async Task GetCredential_RegistryWithoutAHost_HasNone()
    {
        Mount(".", "ann", "pw");

        (await AskAsync("oci-layout:///images")).ShouldBeNull();
    }

    [Fact]
    public async Task GetCredential_ResourceThatNamesASecret_IsLeftToOthers()
    {
        Mount("registry.example.com", "ann", "pw");

        var secret = new CredentialSecret { Namespace = "n", Name = "s", Data = new Dictionary<string, ReadOnlyMemory<byte>>() };
        (await AskAsync("https://registry.example.com", secret)).ShouldBeNull();
    }

    [Fact]
    public async Task GetCredential_FolderWithoutAPassword_TellsWhatToDo()
    {
        Mount("registry.example.com", "ann", password: null);

        (await Should.ThrowAsync<CredentialException>(async () => await AskAsync("https://registry.example.com")))
            .Message.ShouldContain("mount the registry's credential");
    }

    private void Mount(string host, string username, string? password)
    {
        var folder = _folder.CreateSubdirectory(host).FullName;
        File.WriteAllText(Path.Combine(folder, "username"), username);
        if (password is not null) File.WriteAllText(Path.Combine(folder, "password"), password);
    }

    private ValueTask<RegistryCredential?> AskAsync(string registry, CredentialSecret? secret = null) =>
        new MountedCredentialAuthenticator(_folder.FullName).GetCredentialAsync(
            new RegistryAuthenticationRequest { Repository = new RepositoryReference(new Uri(registry), "team/app"), Secret = secret },
            TestContext.Current.CancellationToken);
}
