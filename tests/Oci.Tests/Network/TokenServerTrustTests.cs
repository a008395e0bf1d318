using RegistryOperator.Oci.Network;

namespace RegistryOperator.Oci.Tests.Network;

public sealed class TokenServerTrustTests
{
    private readonly TokenServerTrust _trust = new(
    [
        TokenServer.TryParse("registry.acme.com=login.other.net")!,
        TokenServer.TryParse("*.acme.org = *.other.org")!,
    ]);

    [Theory]
    // The registry's own host, whatever its port.
    [InlineData("ghcr.io", "ghcr.io", true)]
    [InlineData("myregistry.azurecr.io", "myregistry.azurecr.io", true)]
    [InlineData("10.0.0.1", "10.0.0.1", true)]
    [InlineData("localhost", "localhost", true)]
    [InlineData("GHCR.io", "ghcr.IO.", true)]
    // Its registrable domain.
    [InlineData("registry-1.docker.io", "auth.docker.io", true)]
    [InlineData("registry.gitlab.com", "gitlab.com", true)]
    [InlineData("docker.elastic.co", "docker-auth.elastic.co", true)]
    [InlineData("registry.digitalocean.com", "api.digitalocean.com", true)]
    [InlineData("registry.company.co.uk", "auth.company.co.uk", true)]
    [InlineData("registry.company.com.au", "auth.company.com.au", true)]
    [InlineData("registry.company.asso.fr", "auth.company.asso.fr", true)]
    [InlineData("registry.company.de", "auth.company.de", true)]
    // The built-in list.
    [InlineData("registry.redhat.io", "sso.redhat.com", true)]
    [InlineData("nvcr.io", "authn.nvidia.com", true)]
    [InlineData("rg.fr-par.scw.cloud", "api.scaleway.com", true)]
    // The setting.
    [InlineData("registry.acme.com", "login.other.net", true)]
    [InlineData("registry.acme.com", "login2.other.net", false)]
    [InlineData("other.acme.com", "login.other.net", false)]
    [InlineData("eu.acme.org", "login.other.org", true)]
    [InlineData("acme.org", "login.other.org", false)]
    // Anyone else.
    [InlineData("registry-1.docker.io", "auth.docker.io.evil.com", false)]
    [InlineData("registry.gitlab.com", "evilgitlab.com", false)]
    [InlineData("ghcr.io", "auth.docker.io", false)]
    [InlineData("registry.company.co.uk", "auth.evil.co.uk", false)]
    [InlineData("registry.company.com.au", "evil.com.au", false)]
    [InlineData("registry.company.gouv.fr", "auth.evil.gouv.fr", false)]
    [InlineData("registry.company.asso.fr", "auth.evil.asso.fr", false)]
    [InlineData("registry.company.blog.br", "auth.evil.blog.br", false)]
    [InlineData("company.club.tw", "evil.club.tw", false)]
    [InlineData("registry.example.de", "auth.evil.de", false)]
    [InlineData("registry.city.tokyo.jp", "auth.evil.tokyo.jp", false)]
    [InlineData("one.azurecr.io", "two.azurecr.io", false)]
    [InlineData("one.dkr.ecr.us-east-1.amazonaws.com", "evil.s3.us-east-1.amazonaws.com", false)]
    [InlineData("one.jfrog.io", "two.jfrog.io", false)]
    [InlineData("registry.github.io", "evil.github.io", false)]
    [InlineData("registry.team.svc.cluster.local", "auth.other.svc.cluster.local", false)]
    [InlineData("registry.team.svc", "auth.team.svc", false)]
    [InlineData("registry.corp.internal", "vault.corp.internal", false)]
    [InlineData("registry.lan", "router.lan", false)]
    [InlineData("10.0.0.1", "10.0.0.2", false)]
    [InlineData("1.2.3.4", "9.2.3.4", false)]
    [InlineData("[fd00::1]", "[fd00::2]", false)]
    [InlineData("localhost", "127.0.0.1", false)]
    [InlineData("registry", "auth", false)]
    [InlineData("com", "evil.com", false)]
    public void Trusts_TokenServer_IsOfTheRegistryOrOnTheList(string registry, string realm, bool expected) =>
        _trust.Trusts(new Uri($"https://{registry}:5000"), new Uri($"https://{realm}/token")).ShouldBe(expected);

    [Theory]
    [InlineData("registry.acme.com")]
    [InlineData("=auth.acme.com")]
    [InlineData("registry.acme.com=")]
    [InlineData("a=b=c")]
    [InlineData("https://registry.acme.com=auth.acme.com")]
    [InlineData("*=auth.acme.com")]
    public void TryParse_NoPairOfHosts_IsNull(string text) => TokenServer.TryParse(text).ShouldBeNull();
}
