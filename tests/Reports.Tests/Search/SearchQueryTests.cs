using RegistryOperator.Reports.Search;
using RegistryOperator.Tests.ReportStores;

namespace RegistryOperator.Reports.Tests.Search;

/// <summary>What a user means by what he searches for.</summary>
public sealed class SearchQueryTests : IAsyncLifetime
{
    private readonly ReportSandbox _sandbox = new();
    private IReportStore _store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _store = await _sandbox.OpenAsync();
        await SearchSample.FillAsync(_store, Token);
    }

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Theory]
    [InlineData("openssl", "1.0 openssl 3.0.9-1, 1.1 openssl 3.0.11-1")]
    [InlineData("openssl@<3.0.11", "1.0 openssl 3.0.9-1")]
    [InlineData("openssl@>=3.0.10 <4", "1.1 openssl 3.0.11-1")]
    [InlineData("openssl@3.0.9-1", "1.0 openssl 3.0.9-1")]
    [InlineData("@angular/core", "1.0 @angular/core 14.1.0")]
    [InlineData("@angular/core@<15", "1.0 @angular/core 14.1.0")]
    [InlineData("pyyaml", "1.0 PyYAML 6.0")]
    [InlineData("zope-interface", "1.0 Zope.Interface 5")]
    [InlineData("newtonsoft.json", "1.1 Newtonsoft.Json 13.0.1")]
    [InlineData("OpenSSL", "1.0 openssl 3.0.9-1, 1.1 openssl 3.0.11-1")]
    [InlineData("opens", "")]
    [InlineData("bash", "1.0 bash 5.0")]
    [InlineData("CVE-2026-1", "1.0 openssl 3.0.9-1 CVE-2026-1 3.0.11-1")]
    [InlineData("cve-2026-2", "1.0 bash 5.0 CVE-2026-2")]
    [InlineData("CVE-2026-3", "")]
    [InlineData("  CVE-2026-1 ", "1.0 openssl 3.0.9-1 CVE-2026-1 3.0.11-1")]
    [InlineData("GHSA-aaaa", "1.1 curl 8 GHSA-aaaa")]
    [InlineData("ghsa-AAAA", "1.1 curl 8 GHSA-aaaa")]
    [InlineData("GO-2024-1", "1.1 curl 8 GO-2024-1")]
    [InlineData("GO-2024-1@1", "")]
    [InlineData(" openssl @ < 3.0.11 ", "1.0 openssl 3.0.9-1")]
    [InlineData("Zope_interface", "1.0 Zope.Interface 5")]
    [InlineData("zope._-interface", "1.0 Zope.Interface 5")]
    [InlineData("Bash", "1.0 bash 5.0")]
    public async Task RunAsync_Query_FindsTheImages(string query, string expected) =>
        string.Join(", ", (await SearchQuery.RunAsync(_store, query, Token)).Select(SearchSample.Describe)).ShouldBe(expected);

    [Theory]
    [InlineData("openssl@")]
    [InlineData("openssl@<")]
    [InlineData("")]
    [InlineData("@")]
    [InlineData("   ")]
    [InlineData("openssl@  ")]
    public async Task RunAsync_OtherText_IsRefused(string query) =>
        await Should.ThrowAsync<FormatException>(() => SearchQuery.RunAsync(_store, query, Token));

    // Nothing found would read as if no image had it.
    [Theory]
    [InlineData("openssl@~3.0", "\">=3.0 <3.1\"")]
    [InlineData("openssl@3.0.*", "\">=3.0 <3.1\"")]
    [InlineData("openssl@3.x", "\">=3 <4\"")]
    [InlineData("openssl@~=3.0", "'~=3.0'")]
    [InlineData("openssl@1.0 - 2.0", "'-'")]
    [InlineData("openssl <3.0.15", "'openssl@<3.0.15'")]
    [InlineData("openssl >= 3.0 < 4", "'openssl@>= 3.0 < 4'")]
    [InlineData("openssl=3.0.11", "'openssl@3.0.11'")]
    [InlineData("openssl==3.0.11", "'openssl@3.0.11'")]
    [InlineData("openssl~=3.0", "'openssl@>=3.0 <3.1'")]
    [InlineData("openssl^3", "'openssl@>=3 <4'")]
    [InlineData("openssl~3.0", "'openssl@>=3.0 <3.1'")]
    [InlineData("@angular/core <15", "'@angular/core@<15'")]
    [InlineData("openssl 3.0.11", "'openssl@3.0.11'")]
    [InlineData("openssl curl", "about one package")]
    [InlineData("openssl,curl", "one at a time")]
    [InlineData("requests[security]", "one at a time")]
    [InlineData("libssl*", "no wildcards")]
    [InlineData("libssl?", "no wildcards")]
    [InlineData("lib*@3", "no wildcards")]
    [InlineData("<3", "PACKAGE@VERSION")]
    [InlineData("pkg:deb/debian/openssl", "'openssl'")]
    [InlineData("pkg:deb/debian/openssl@3.0.11-1?arch=amd64", "'openssl@3.0.11-1'")]
    [InlineData("pkg:npm/%40angular/core@14.1.0", "'@angular/core@14.1.0'")]
    [InlineData("PKG:maven/org.apache.logging.log4j/log4j-core@2.14.1", "'org.apache.logging.log4j:log4j-core@2.14.1'")]
    [InlineData("pkg:golang/golang.org/x/net@v0.1.0#http2", "'golang.org/x/net@v0.1.0'")]
    [InlineData("pkg:openssl", "package URL")]
    [InlineData("cpe:2.3:a:openssl:openssl:3.0.11", "CPE name")]
    [InlineData("CVE-curl", "CVE-YEAR-NUMBER")]
    [InlineData("CVE-2021", "CVE-YEAR-NUMBER")]
    [InlineData("CVE-2021-*", "CVE-YEAR-NUMBER")]
    [InlineData("GHSA-", "GHSA-xxxx-xxxx-xxxx")]
    public async Task RunAsync_UnsupportedForm_IsRefusedWithWhatIsMeant(string query, string expected) =>
        (await Should.ThrowAsync<FormatException>(() => SearchQuery.RunAsync(_store, query, Token))).Message.ShouldContain(expected);

    [Theory]
    [InlineData("git.sr.ht/~user/module")]
    [InlineData("org.apache.logging.log4j:log4j-core")]
    [InlineData("libstdc++6")]
    [InlineData("openssl@1.0~rc1")]
    [InlineData("app@1.x-dev")]
    public async Task RunAsync_UnusualNameOrVersion_IsNoError(string query) => (await SearchQuery.RunAsync(_store, query, Token)).ShouldBeEmpty();
}
