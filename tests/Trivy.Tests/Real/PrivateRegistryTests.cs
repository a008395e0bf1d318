using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Tests.Servers.Certificates;
using RegistryOperator.Tests.Servers.Registries;
using RegistryOperator.Trivy.Tests.Support;

namespace RegistryOperator.Trivy.Tests.Real;

/// <summary>The real Trivy over images in real registries that want credentials or have certificates of their own.</summary>
public sealed class PrivateRegistryTests
{
    private const string User = "alice";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("s3cret-Passw0rd")]
    [InlineData("with, commas \"quotes\" and \\ spaces")]
    public async Task Scan_BasicAuthentication_Succeeds(string password)
    {
        await using var registry = await DockerRegistry.StartAsync(new DockerRegistryOptions { Access = DockerRegistryAccess.Basic(User, password) }, Stop);

        var plugin = await ScanAsync(registry, new RegistryCredential.UsernamePassword(User, password));

        AssertHidden(plugin, password);
    }

    [Fact]
    public async Task Scan_WrongPassword_IsUnauthorized()
    {
        await using var registry = await DockerRegistry.StartAsync(new DockerRegistryOptions { Access = DockerRegistryAccess.Basic(User, "right") }, Stop);

        var error = await Should.ThrowAsync<ScanException>(() => ScanAsync(registry, new RegistryCredential.UsernamePassword(User, "wr0ng-one")));

        error.Reason.ShouldBe(ScanReasons.Unauthorized);
        error.Message.ShouldNotContain("wr0ng-one");
    }

    [Fact]
    public async Task Scan_PrivateImageAnonymously_IsUnauthorized()
    {
        await using var registry = await DockerRegistry.StartAsync(new DockerRegistryOptions { Access = DockerRegistryAccess.Basic(User, "right") }, Stop);

        (await Should.ThrowAsync<ScanException>(() => ScanAsync(registry, RegistryCredential.Anonymous))).Reason.ShouldBe(ScanReasons.Unauthorized);
    }

    [Fact]
    public async Task Scan_TokenServer_TakesUserIdentityTokenAndRegistryToken()
    {
        await using var tokens = await TokenServer.StartAsync(new TokenServerOptions { Users = new Dictionary<string, string> { [User] = "s3cret" } }, Stop);
        await using var registry = await DockerRegistry.StartAsync(new DockerRegistryOptions { Access = DockerRegistryAccess.Bearer(tokens) }, Stop);
        var identityToken = tokens.CreateRefreshToken(User);
        var registryToken = tokens.CreateToken(User, $"repository:{Images.Repository}:pull");

        AssertHidden(await ScanAsync(registry, new RegistryCredential.UsernamePassword(User, "s3cret")), "s3cret");
        AssertHidden(await ScanAsync(registry, new RegistryCredential.IdentityToken(identityToken)), identityToken);
        AssertHidden(await ScanAsync(registry, new RegistryCredential.RegistryToken(registryToken)), registryToken);
    }

    [Fact]
    public async Task Scan_CertificateOfOwnAuthority_IsTrustedWhereTheResourceGivesItOrSkipsVerification()
    {
        using var authority = new TestAuthority();
        await using var registry = await DockerRegistry.StartAsync(new DockerRegistryOptions { Authority = authority }, Stop);

        await ScanAsync(registry, RegistryCredential.Anonymous, new TransportSecurity(CertificateAuthorities: authority.CertificatePem));
        await ScanAsync(registry, RegistryCredential.Anonymous, new TransportSecurity(InsecureSkipVerify: true));
        var error = await Should.ThrowAsync<ScanException>(() => ScanAsync(registry, RegistryCredential.Anonymous));

        error.Reason.ShouldBe(ScanReasons.RegistryUnavailable);
    }

    private static async Task<RecordingRunner> ScanAsync(DockerRegistry registry, RegistryCredential credential, TransportSecurity? security = null)
    {
        await using var plugin = await Plugin.CreateWithDatabaseAsync();
        var image = Images.Debian();
        using var pusher = registry.CreatePusher();
        await pusher.PushAsync(Images.Repository, tag: null, image, Stop);

        var result = await plugin.Vulnerabilities.ScanAsync(Requests.Create(registry.Url, image.Digest, credential, security), Stop);

        result.Pairs().ShouldBe(Images.DebianFindings);
        return plugin.Runner;
    }

    // Arguments are what /proc/PID/cmdline shows to every user of the machine.
    private static void AssertHidden(RecordingRunner runner, string secret)
    {
        runner.Commands.ShouldNotBeEmpty();
        runner.Commands.SelectMany(command => command.Arguments).ShouldAllBe(argument => !argument.Contains(secret, StringComparison.Ordinal));
    }
}
