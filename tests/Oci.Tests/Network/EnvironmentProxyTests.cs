using CsCheck;
using RegistryOperator.Oci.Network;

namespace RegistryOperator.Oci.Tests.Network;

public sealed class EnvironmentProxyTests
{
    [Theory]
    [InlineData("10.0.0.0/8", "https://10.9.8.7:5000", true)]
    [InlineData("10.0.0.0/8", "https://11.9.8.7:5000", false)]
    [InlineData("10.1.2.3/8", "https://10.9.8.7", true)]
    [InlineData("fd00::/8", "https://[fd12::1]:5000", true)]
    [InlineData("fd00::/8", "https://[2001:db8::1]", false)]
    [InlineData("10.0.0.1", "https://10.0.0.1:5000", true)]
    [InlineData("10.0.0.1", "https://10.0.0.12", false)]
    [InlineData("10.0.0.1:5000", "https://10.0.0.1:5000", true)]
    [InlineData("10.0.0.1:5000", "https://10.0.0.1", false)]
    [InlineData("10.0.0.1:443", "https://10.0.0.1", true)]
    [InlineData("[2001:db8::1]:5000", "https://[2001:db8::1]:5000", true)]
    [InlineData("[2001:db8::1]:5000", "https://[2001:db8::1]:5001", false)]
    [InlineData("2001:db8::1", "https://[2001:db8::1]:5001", true)]
    [InlineData("corp.example", "https://corp.example", true)]
    [InlineData("corp.example", "https://registry.corp.example", true)]
    [InlineData("corp.example", "https://a.b.corp.example:5000", true)]
    [InlineData("corp.example", "https://notcorp.example", false)]
    [InlineData("corp.example", "https://example", false)]
    [InlineData(".corp.example", "https://registry.corp.example", true)]
    [InlineData(".corp.example", "https://corp.example", false)]
    [InlineData("Corp.Example", "https://REGISTRY.corp.example", true)]
    [InlineData("corp.example:5000", "https://registry.corp.example:5000", true)]
    [InlineData("corp.example:5000", "https://registry.corp.example", false)]
    [InlineData(".corp.example:443", "https://registry.corp.example", true)]
    [InlineData("corp.example.", "https://registry.corp.example", true)]
    [InlineData("corp.example", "https://registry.corp.example.", true)]
    [InlineData("bücher.example", "https://xn--bcher-kva.example", true)]
    [InlineData(".svc", "https://registry.images.svc", true)]
    [InlineData("registry", "https://registry:5000", true)]
    [InlineData("*", "https://anything.example", true)]
    [InlineData("one.example,*", "https://anything.example", true)]
    [InlineData("a.example, 10.0.0.0/8 ,\t.svc", "https://10.2.3.4", true)]
    [InlineData(",, ,", "https://10.2.3.4", false)]
    [InlineData("10.0.0.0/99,:80,a:b", "https://10.2.3.4", false)]
    [InlineData("", "https://127.0.0.1:5000", true)]
    [InlineData("", "https://127.9.9.9", true)]
    [InlineData("", "https://[::1]:5000", true)]
    [InlineData("", "https://localhost:5000", true)]
    [InlineData("", "https://LOCALHOST", true)]
    [InlineData("", "https://localhost.example", false)]
    [InlineData("10.0.0.0/8", "https://ten.example", false)]
    public void GetProxy_NoProxy_IsReadAsGoReadsIt(string noProxy, string url, bool isDirect)
    {
        var proxy = With(("HTTPS_PROXY", "http://proxy.example:3128"), ("NO_PROXY", noProxy));

        proxy.GetProxy(new Uri(url)).ShouldBe(isDirect ? null : new Uri("http://proxy.example:3128"));
        proxy.IsBypassed(new Uri(url)).ShouldBe(isDirect);
    }

    /// <summary>As curl does, whose users write <c>.corp.example</c>; Go's programs read it like that.</summary>
    [Theory]
    [InlineData("*.corp.example", "https://registry.corp.example")]
    [InlineData("*.corp.example", "https://corp.example")]
    [InlineData("*.corp.example:443", "https://registry.corp.example")]
    [InlineData("*corp.example", "https://registry.corp.example")]
    public void GetProxy_NoProxyWithAStarInAName_CountsForNothingUnlikeInGo(string noProxy, string url) =>
        With(("HTTPS_PROXY", "http://proxy.example:3128"), ("NO_PROXY", noProxy)).GetProxy(new Uri(url)).ShouldBe(new Uri("http://proxy.example:3128"));

    [Theory]
    [InlineData("HTTPS_PROXY=http://a:1;HTTP_PROXY=http://b:2", "http://a:1/", "http://b:2/")]
    [InlineData("https_proxy=http://a:1;http_proxy=http://b:2", "http://a:1/", "http://b:2/")]
    [InlineData("HTTPS_PROXY=http://a:1;https_proxy=http://b:2", "http://a:1/", null)]
    [InlineData("HTTPS_PROXY=;https_proxy=http://b:2", "http://b:2/", null)]
    [InlineData("HTTP_PROXY=http://b:2", null, "http://b:2/")]
    [InlineData("ALL_PROXY=http://c:3;HTTP_PROXY=http://b:2", "http://c:3/", "http://b:2/")]
    [InlineData("HTTPS_PROXY=a:1;HTTP_PROXY=proxy.example", "http://a:1/", "http://proxy.example/")]
    [InlineData("HTTPS_PROXY=https://a;HTTP_PROXY=socks5://b:1080", "https://a/", "socks5://b:1080/")]
    [InlineData("HTTPS_PROXY=socks5h://a:1;HTTP_PROXY=SOCKS5H://b:2", "socks5://a:1/", "socks5://b:2/")]
    [InlineData("HTTPS_PROXY=ftp://a;HTTP_PROXY=http://", null, null)]
    [InlineData("HTTPS_PROXY=  ;ALL_PROXY=http://c:3", "http://c:3/", "http://c:3/")]
    [InlineData("HTTPS_PROXY=http://a:1;NO_PROXY=;no_proxy=*", null, null)]
    [InlineData("HTTPS_PROXY=http://a:1;NO_PROXY=x.example;no_proxy=*", "http://a:1/", null)]
    [InlineData("", null, null)]
    public void GetProxy_Variables_TheSchemesOwnAndUpperCaseFirst(string variables, string? https, string? http)
    {
        var proxy = With([.. Variables(variables)]);

        proxy.GetProxy(new Uri("https://registry.example"))?.ToString().ShouldBe(https);
        proxy.GetProxy(new Uri("http://registry.example"))?.ToString().ShouldBe(http);
    }

    [Theory]
    [InlineData("HTTPS_PROXY=ftp://x", "HTTPS_PROXY: 'ftp://x' is no URL of a proxy (ftp:// is not among its schemes).")]
    [InlineData("https_proxy=nonsense:port", "https_proxy: 'nonsense:port' is no URL of a proxy.")]
    [InlineData("HTTP_PROXY=http://", "HTTP_PROXY: 'http://' is no URL of a proxy.")]
    [InlineData("ALL_PROXY=socks://a:1080", "ALL_PROXY: 'socks://a:1080' is no URL of a proxy (socks:// is not among its schemes).")]
    [InlineData("HTTPS_PROXY=http://me:pass@word@proxy:port", "HTTPS_PROXY: 'http://…@proxy:port' is no URL of a proxy.")]
    [InlineData("HTTPS_PROXY=me:pass@proxy:port", "HTTPS_PROXY: '…@proxy:port' is no URL of a proxy.")]
    [InlineData("HTTPS_PROXY=me:p://ss@proxy:port", "HTTPS_PROXY: '…@proxy:port' is no URL of a proxy.")]
    [InlineData("HTTPS_PROXY=http://a:1;HTTP_PROXY=b;ALL_PROXY=ftp://c", null)]
    [InlineData("HTTPS_PROXY=\t", null)]
    [InlineData("", null)]
    public void Problem_VariableThatNamesNoProxy_IsNamedWithoutItsLogin(string variables, string? expected)
    {
        var problem = With([.. Variables(variables)]).Problem;

        if (expected is null) problem.ShouldBeNull();
        else problem.ShouldNotBeNull().ShouldStartWith(expected);
        problem?.ShouldNotContain("pass");
    }

    [Fact]
    public void VariableFor_Url_IsTheOneThatNamesItsProxy()
    {
        var proxy = With(("https_proxy", "http://a:1"), ("ALL_PROXY", "http://b:2"));

        proxy.VariableFor(new Uri("https://registry.example")).ShouldBe("https_proxy");
        proxy.VariableFor(new Uri("http://registry.example")).ShouldBe("ALL_PROXY");
        With().VariableFor(new Uri("http://registry.example")).ShouldBeNull();
    }

    [Fact]
    public void Credentials_LoginInTheUrl_IsForThatProxyAndNotPartOfItsUrl()
    {
        var proxy = With(("HTTPS_PROXY", "http://me:p%40ss@proxy.example:3128"), ("HTTP_PROXY", "http://other.example"));

        var url = proxy.GetProxy(new Uri("https://registry.example")).ShouldNotBeNull();

        url.ToString().ShouldBe("http://proxy.example:3128/");
        var login = proxy.Credentials.ShouldNotBeNull().GetCredential(url, "Basic").ShouldNotBeNull();
        (login.UserName, login.Password).ShouldBe(("me", "p@ss"));
        proxy.Credentials.GetCredential(new Uri("http://other.example"), "Basic").ShouldBeNull();
    }

    [Fact]
    public void Read_AnyText_IsNoFault() =>
        Gen.Select(Gen.String, Gen.String).Sample((noProxy, url) =>
        {
            var proxy = With(("HTTPS_PROXY", url), ("NO_PROXY", noProxy));
            _ = proxy.GetProxy(new Uri("https://registry.example"));
            _ = proxy.GetProxy(new Uri("https://10.0.0.1:5000"));
        });

    [Fact]
    public void GetProxy_RangesAtRandom_AgreeWithTheRangeItself() =>
        Gen.Select(Gen.UInt, Gen.UInt, Gen.Int[1, 32]).Sample((network, address, length) =>
        {
            var mask = uint.MaxValue << (32 - length);
            var proxy = With(("HTTPS_PROXY", "http://proxy.example"), ("NO_PROXY", $"{Address(network)}/{length}"));
            var isInside = (network & mask) == (address & mask) || Address(address).StartsWith("127.", StringComparison.Ordinal);
            proxy.IsBypassed(new Uri($"https://{Address(address)}:5000")).ShouldBe(isInside);
        });

    private static string Address(uint value) => $"{value >> 24}.{(value >> 16) & 255}.{(value >> 8) & 255}.{value & 255}";

    private static IEnumerable<(string Name, string Value)> Variables(string text) =>
        text.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(one => one.Split('=', 2)).Select(one => (one[0], one[1]));

    private static EnvironmentProxy With(params (string Name, string Value)[] variables) =>
        new(name => variables.FirstOrDefault(variable => variable.Name == name).Value);
}
