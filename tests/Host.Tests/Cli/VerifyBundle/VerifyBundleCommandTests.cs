using System.Text;
using RegistryOperator.Tests.Pki;
using RegistryOperator.Tests.Servers.Processes;

namespace RegistryOperator.Host.Tests.Cli.VerifyBundle;

public sealed class VerifyBundleCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new("verify-bundle");
    private readonly TestInstance _instance = new();
    private readonly TestKey _key = TestKey.Ecdsa();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", "Whose signature is accepted? Give --certificate-identity and --certificate-oidc-issuer, or --key.")]
    [InlineData("--certificate-identity a", "Whose signature is accepted? Give --certificate-identity and --certificate-oidc-issuer, or --key.")]
    [InlineData("--certificate-oidc-issuer a", "Whose signature is accepted? Give --certificate-identity and --certificate-oidc-issuer, or --key.")]
    [InlineData("--key k --certificate-identity a", "--key is in the place of --certificate-identity and --certificate-oidc-issuer: "
        + "give the key, or the identity and its issuer.")]
    [InlineData("--key k --staging", "--staging: the root of Sigstore's staging instance is not shipped; give its trusted_root.json with --trusted-root.")]
    public async Task VerifyBundle_ArgumentsThatDoNotFit_AreBadInput(string arguments, string expected)
    {
        var run = await CommandRun.StartAsync(
            ["verify-bundle", "--bundle", "b", .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries), "artifact"]);

        run.ShouldBe(new CommandRun(2, "", $"error: {expected}\n"));
    }

    [Theory]
    [InlineData("key", null, "--key FILE: no such file.")]
    [InlineData("key", "", "--key FILE: The key is no PEM public key: give -----BEGIN PUBLIC KEY----- and its lines.")]
    [InlineData("key", "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n",
        "--key FILE: The key is a PEM 'EC PRIVATE KEY': give the public key, -----BEGIN PUBLIC KEY-----.")]
    [InlineData("key", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "--key FILE: ")]
    [InlineData("key", "65537", "--key FILE: the file is too large; at most 64.0 KiB are read.")]
    [InlineData("key", "folder", "--key FILE: it is a folder; name a file.")]
    [InlineData("bundle", null, "--bundle FILE: no such file.")]
    [InlineData("bundle", "", "InvalidBundle: bundle is no valid JSON")]
    [InlineData("bundle", "33554433", "--bundle FILE: the file is too large; at most 32.0 MiB are read.")]
    [InlineData("bundle", "folder", "--bundle FILE: it is a folder; name a file.")]
    [InlineData("root", null, "--trusted-root FILE: no such file.")]
    [InlineData("root", "{}", "--trusted-root FILE: The trusted root can't be used: trustedRoot.mediaType is missing")]
    [InlineData("root", "4194305", "--trusted-root FILE: the file is too large; at most 4.0 MiB are read.")]
    [InlineData("artifact", null, "FILE_OR_DIGEST FILE: no such file.")]
    [InlineData("artifact", "folder", "FILE_OR_DIGEST FILE: it is a folder; name a file.")]
    public async Task VerifyBundle_FileThatCanNotBeUsed_IsRefusedWithASentence(string which, string? content, string expected)
    {
        var path = _folder.File("wrong");
        if (content == "folder") Directory.CreateDirectory(path);
        else if (int.TryParse(content, out var size)) await File.WriteAllBytesAsync(path, new byte[size], TestContext.Current.CancellationToken);
        else if (content is not null) await File.WriteAllTextAsync(path, content, TestContext.Current.CancellationToken);

        var run = await CommandRun.StartAsync(Arguments(which, path));

        run.ExitCode.ShouldBe(1);
        run.Output.ShouldBeEmpty();
        run.Error.ShouldStartWith($"error: {expected.Replace("FILE:", $"{path}:", StringComparison.Ordinal)}");
        run.Error.Count(character => character == '\n').ShouldBe(1);
    }

    [Fact]
    public async Task VerifyBundle_PrivateKeyThatCanNotBeRead_IsNotQuoted()
    {
        var path = _folder.Write("wrong", "-----BEGIN PUBLIC KEY-----\nc2VjcmV0LXNlY3JldC1zZWNyZXQ=\n-----END PUBLIC KEY-----\n");

        (await CommandRun.StartAsync(Arguments("key", path))).Error.ShouldNotContain("c2VjcmV0");
    }

    [Theory]
    [InlineData("sha256:{0}", 0)]
    [InlineData("sha256:{0}0", 1)]
    [InlineData("sha512:{0}{0}", 1)]
    [InlineData("{0}", 1)]
    public async Task VerifyBundle_Digest_IsOneOnlyInTheFormOfTheProtocol(string form, int expected)
    {
        var digest = string.Format(System.Globalization.CultureInfo.InvariantCulture, form, TestInstance.Digest[7..]);

        var run = await CommandRun.StartAsync(Arguments("artifact", digest));

        run.ExitCode.ShouldBe(expected, run.Error);
        if (expected == 1) run.Error.ShouldBe($"error: FILE_OR_DIGEST {digest}: no such file.\n");
    }

    [Fact]
    public async Task VerifyBundle_StandardRoot_IsTheShippedOne()
    {
        string[] arguments = Arguments("artifact", TestInstance.Digest);
        var root = Array.IndexOf(arguments, "--trusted-root");

        var run = await CommandRun.StartAsync([.. arguments[..root], .. arguments[(root + 2)..]]);

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldStartWith("error: TrustedRootOutdated: ");
    }

    [Theory]
    [InlineData("P-256")]
    [InlineData("P-384")]
    public void Read_FileThatIsNotKeptInMemory_IsKnownByItsDigests(string kind)
    {
        var key = TestKey.Of(kind);
        var path = _folder.File("large");
        File.WriteAllBytes(path, TestInstance.Content);

        var artifact = RegistryOperator.Host.Cli.VerifyBundle.BundleArtifact.Read("FILE", path, largestKept: 3);

        artifact.ToString().ShouldContain(TestInstance.Digest);
        artifact.ToString().ShouldContain("sha384:");
        var bundle = _instance.Sign(new Recipe { Key = key });
        _instance.Verify(bundle, new Sigstore.Verification.KeyPolicy(Sigstore.Signatures.VerificationKey.ReadPem(key.Pem)), artifact: artifact)
            .Message.ShouldBeNull();
    }

    /// <summary>Arguments that verify, but for one of them.</summary>
    private string[] Arguments(string which, string path)
    {
        string File(string name, string content) => name == which ? path : _folder.Write(name, content);

        return
        [
            "verify-bundle",
            "--bundle", File("bundle", _instance.Sign(new Recipe { Key = _key }).ToJsonString()),
            "--key", File("key", _key.Pem),
            "--trusted-root", File("root", _instance.Root().ToJsonString()),
            File("artifact", Encoding.UTF8.GetString(TestInstance.Content)),
        ];
    }
}
