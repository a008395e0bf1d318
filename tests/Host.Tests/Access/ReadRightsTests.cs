using NSubstitute;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Tests.Scans;
using RegistryOperator.Host.Tests.Support;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Tests.Access;

public class ReadRightsTests
{
    private static readonly Digest Manifest = ScanParts.DigestOf("manifest");
    private static readonly RegistryCredential Ada = new RegistryCredential.UsernamePassword("ada", "right");

    private readonly ReadRights _rights = new();
    private readonly IRegistryClient _client = Substitute.For<IRegistryClient>();

    public ReadRightsTests()
    {
        _client.Repository.Returns(new RepositoryReference(new Uri("https://registry.example.com"), "team/app"));
        Answer(Manifest);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Prove_Again_CostsNoRequest()
    {
        for (var i = 0; i < 3; i++) await _rights.ProveAsync("access", _client, Manifest, Cancel);
        _rights.Add("access", ScanParts.DigestOf("read"));
        await _rights.ProveAsync("access", _client, ScanParts.DigestOf("read"), Cancel);

        await _client.ReceivedWithAnyArgs(1).ResolveAsync(default!, Cancel);
    }

    [Fact]
    public async Task Prove_AnotherAccessHasShownIt_IsAskedForThisOne()
    {
        _rights.Add("another", Manifest);

        await _rights.ProveAsync("access", _client, Manifest, Cancel);

        await _client.ReceivedWithAnyArgs(1).ResolveAsync(default!, Cancel);
    }

    [Fact]
    public async Task Prove_Refused_ThrowsAndIsRememberedAsNothing()
    {
        _client.ResolveAsync(default!, Cancel).ReturnsForAnyArgs(
            Task.FromException<Descriptor>(new RegistryException(RegistryErrorKind.Denied, "No.")));

        await Should.ThrowAsync<RegistryException>(_rights.ProveAsync("access", _client, Manifest, Cancel));

        _rights.Has("access", Manifest).ShouldBeFalse();
    }

    [Fact]
    public async Task Prove_AnswerAboutAnotherDigest_ShowsNothing()
    {
        Answer(ScanParts.DigestOf("another"));

        await Should.ThrowAsync<RegistryException>(_rights.ProveAsync("access", _client, Manifest, Cancel));

        _rights.Has("access", Manifest).ShouldBeFalse();
    }

    [Fact]
    public async Task Prove_ManyAtTheSameTime_AskOnce()
    {
        var answer = new TaskCompletionSource<Descriptor>(TaskCreationOptions.RunContinuationsAsynchronously);
        _client.ResolveAsync(default!, Cancel).ReturnsForAnyArgs(answer.Task);
        var all = Enumerable.Range(0, 10).Select(_ => _rights.ProveAsync("access", _client, Manifest, Cancel)).ToArray();
        answer.SetResult(new Descriptor { MediaType = MediaTypes.OciManifest, Digest = Manifest });

        await Task.WhenAll(all);

        await _client.ReceivedWithAnyArgs(1).ResolveAsync(default!, Cancel);
    }

    [Fact]
    public void Access_AnyPartThatDiffers_IsAnotherOne()
    {
        OpenedRegistry[] all =
        [
            Open(), Open(repository: "team/other"), Open(host: "other.example.com"), Open(credential: Ada),
            Open(credential: new RegistryCredential.UsernamePassword("ada", "other")), Open(security: new TransportSecurity(InsecureSkipVerify: true)),
            Open(security: new TransportSecurity(CertificateAuthorities: "pem")),
        ];

        all.Select(one => one.Access).Distinct(StringComparer.Ordinal).Count().ShouldBe(all.Length);
        all[0].Rights.Add(Manifest);
        all.Count(one => one.Rights.Has(Manifest)).ShouldBe(1);
    }

    [Theory]
    [InlineData(false, null, "https://registry.example.com")]
    [InlineData(true, null, "https+unverified://registry.example.com")]
    [InlineData(true, "pem", "https+unverified://registry.example.com")]
    [InlineData(false, "pem", "https+ca-c3ba8f4e9f0b9c8a://registry.example.com")]
    public void Domain_HowTheCertificateIsVerified_IsAPartOfIt(bool skips, string? authorities, string expected)
    {
        var domain = Open(security: new TransportSecurity(skips, authorities)).Domain;

        if (expected.Contains("+ca-", StringComparison.Ordinal)) domain.ShouldMatch("^https\\+ca-[0-9a-f]{16}://registry.example.com$");
        else domain.ShouldBe(expected);
        Open(credential: Ada, security: new TransportSecurity(skips, authorities)).Domain.ShouldBe(domain, "what is known does not depend on who asks");
    }

    [Fact]
    public void Access_LayoutsOfOneNameInTwoFolders_AreTwo()
    {
        OpenedRegistry[] both = [Open(url: "oci-layout:///a"), Open(url: "oci-layout:///b")];

        both.Select(one => one.Domain).ShouldBe(["oci-layout:///a", "oci-layout:///b"]);
        both[0].Rights.Add(Manifest);
        both[1].Rights.Has(Manifest).ShouldBeFalse();
    }

    [Fact]
    public void Domain_SharedAcrossRegistries_IsOne() =>
        new[] { "a.example.com", "b.example.com" }.Select(host => Open(host, isShared: true).Domain).ShouldBe([ReportKey.AnyRegistry, ReportKey.AnyRegistry]);

    private OpenedRegistry Open(
        string host = "registry.example.com", string repository = "team/app", RegistryCredential? credential = null, TransportSecurity? security = null,
        bool isShared = false, string? url = null)
    {
        var client = Substitute.For<IRegistryClient>();
        client.Repository.Returns(new RepositoryReference(new Uri(url ?? $"https://{host}"), repository));
        return new OpenedRegistry(
            client, credential ?? RegistryCredential.Anonymous, security ?? TransportSecurity.Default, TestPolicy.Offline, _rights, isShared);
    }

    private void Answer(Digest digest) =>
        _client.ResolveAsync(default!, Cancel).ReturnsForAnyArgs(new Descriptor { MediaType = MediaTypes.OciManifest, Digest = digest });
}
