using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RegistryOperator.Host.Tests.Plugins;
using RegistryOperator.Tests.Servers.Certificates;

namespace RegistryOperator.Host.Tests.Cli.Verify;

/// <summary>What <c>verify</c> trusts of a registry with a certificate of its own authority, which wants a login.</summary>
public sealed class VerifyTlsTests : IAsyncLifetime
{
    private readonly PluginSandbox _sandbox = new();
    private readonly TestAuthority _authority = new();
    private WebApplication _registry = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private int Port => new Uri(_registry.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;

    public async ValueTask InitializeAsync()
    {
        _sandbox.AddBuiltIn("Provenance");
        var issued = _authority.Issue("CN=registry", "localhost");
        // Not ephemeral: a server's handshake takes no other on all systems.
        using var pair = X509Certificate2.CreateFromPem(issued.CertificatePem, issued.KeyPem);
        var certificate = X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), null);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        _registry = builder.Build();
        _registry.Run(context =>
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"r\"";
            return Task.CompletedTask;
        });
        await _registry.StartAsync(Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _registry.DisposeAsync();
        _authority.Dispose();
        _sandbox.Dispose();
    }

    [Theory]
    [InlineData("localhost", false, "is not trusted: ", "Give --ca-file with the certificate authority that issued the certificate.")]
    [InlineData("127.0.0.1", true, "the certificate is for 'localhost', not for '127.0.0.1'", "Write a name that it is for: no authority in --ca-file helps.")]
    [InlineData("localhost", true, "needs credentials and none are given", "Log in with 'docker login localhost:")]
    public async Task Verify_RegistryOfItsOwnAuthority_IsTrustedByTheFile(string host, bool isTrusted, string problem, string advice)
    {
        var file = Path.Combine(_sandbox.Root, "ca.pem");
        await File.WriteAllTextAsync(file, _authority.CertificatePem, Token);

        var run = await CommandRun.StartAsync(
            ["verify", $"https://{host}:{Port}/a/b:1", "--plugins", Path.Combine(_sandbox.Root, "plugins"), .. isTrusted ? ["--ca-file", file] : (string[])[]]);

        run.ExitCode.ShouldBe(1, run.Error);
        run.Output.ShouldContain(problem);
        run.Output.ShouldContain(advice);
        run.Output.ShouldNotContain("spec.");
    }
}
