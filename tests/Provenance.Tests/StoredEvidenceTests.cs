using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Provenance.Tests.Support;
using RegistryOperator.Tests.Pki;

namespace RegistryOperator.Provenance.Tests;

/// <summary>What the last report has is not fetched again.</summary>
public sealed class StoredEvidenceTests
{
    private static readonly TestKey Key = TestKey.Ecdsa();
    private static readonly TestKey Other = TestKey.Ecdsa();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Scan_ChangedKey_IsJudgedWithoutARequest(bool referrersApi)
    {
        await using var sandbox = await ScanSandbox.StartAsync(referrersApi);
        sandbox.Attach(Signed.BundleType, Signed.Bundle(Key, Signed.Provenance(sandbox.Image)));
        sandbox.Add(Signed.Tag(sandbox.Image, ".sig"), Signed.Signature(Key, sandbox.Image));
        sandbox.Add(Signed.Tag(sandbox.Image, ".att"), Signed.Attestation(Signed.Envelope(Key, Signed.Provenance(sandbox.Image))));
        var first = await sandbox.ScanAsync(ScanSandbox.Policy(Other.Pem));
        sandbox.Clear();
        sandbox.Time.Advance(TimeSpan.FromMinutes(59));

        var second = await sandbox.ScanAsync(ScanSandbox.Policy(Key.Pem));
        var third = await sandbox.ScanAsync(policy: null);

        first.Provenance.IsSignatureVerified.ShouldBeFalse();
        second.Provenance.IsSignatureVerified.ShouldBeTrue();
        second.Attestations.Count.ShouldBe(first.Attestations.Count);
        third.Verification!.Reason.ShouldBe("NoPolicy");
        sandbox.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Scan_ListingAsOldAsTheInterval_IsMadeAnewAndItsContentsAreNot()
    {
        await using var sandbox = await ScanSandbox.StartAsync();
        var attached = sandbox.Attach(Signed.BundleType, Signed.Bundle(Key, Signed.Provenance(sandbox.Image)));
        await sandbox.ScanAsync(ScanSandbox.Policy(Key.Pem));
        sandbox.Time.Advance(TimeSpan.FromMinutes(30));
        // Judged from the report, which does not make its listing younger.
        await sandbox.ScanAsync(ScanSandbox.Policy(Other.Pem));
        sandbox.Clear();
        sandbox.Time.Advance(TimeSpan.FromMinutes(30));

        var result = await sandbox.ScanAsync(ScanSandbox.Policy(Key.Pem));

        result.Provenance.IsSignatureVerified.ShouldBeTrue();
        sandbox.Requests.ShouldContain($"referrers/{sandbox.Image.Digest}");
        sandbox.Requests.ShouldNotContain(request => request.StartsWith("blobs/", StringComparison.Ordinal));
        // The kit's own lister reads the manifest for its type; the plugin does not read it again.
        sandbox.Requests.Count(request => request == $"manifests/{attached.Digest}").ShouldBe(1);
    }

    [Fact]
    public async Task Scan_UserAsksForOne_AsksTheRegistry()
    {
        await using var sandbox = await ScanSandbox.StartAsync();
        await sandbox.ScanAsync(ScanSandbox.Policy(Key.Pem));
        sandbox.Attach(Signed.BundleType, Signed.Bundle(Key, Signed.Provenance(sandbox.Image)));

        var before = await sandbox.ScanAsync(ScanSandbox.Policy(Key.Pem));
        var asked = await sandbox.ScanAsync(sandbox.Request(ScanSandbox.Policy(Key.Pem)) with { StoredSince = sandbox.Time.GetUtcNow() });

        before.Attestations.ShouldBeEmpty();
        asked.Provenance.IsSignatureVerified.ShouldBeTrue();
    }

    [Theory]
    [InlineData(true, false, true)]
    [InlineData(true, true, false)]
    [InlineData(false, true, false)]
    public async Task Scan_ListingOfAnUnverifiedConnection_ServesNoResourceThatVerifies(bool wasInsecure, bool isInsecure, bool asks)
    {
        await using var sandbox = await ScanSandbox.StartAsync();
        await sandbox.ScanAsync(sandbox.Request(ScanSandbox.Policy(Key.Pem)) with { Security = new(InsecureSkipVerify: wasInsecure) });
        sandbox.Clear();

        await sandbox.ScanAsync(sandbox.Request(ScanSandbox.Policy(Other.Pem)) with { Security = new(InsecureSkipVerify: isInsecure) });

        (sandbox.Requests.Count > 0).ShouldBe(asks);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("not json")]
    [InlineData("""{"listedAt":"2099-01-01T00:00:00Z","subjects":[],"attachments":[]}""")]
    public async Task Scan_StoredListingThatCannotBeUsed_AsksTheRegistry(string listing)
    {
        await using var sandbox = await ScanSandbox.StartAsync();
        sandbox.Attach(Signed.BundleType, Signed.Bundle(Key, Signed.Provenance(sandbox.Image)));
        sandbox.Reports.Report = new ImageReport
        {
            Created = sandbox.Time.GetUtcNow(),
            Documents =
            [
                new ReportDocument("application/vnd.kubecontroller.registry.attachments.v1+json", System.Text.Encoding.UTF8.GetBytes(listing)),
                new ReportDocument("application/json", "{}"u8.ToArray()),
            ],
        };

        var result = await sandbox.ScanAsync(ScanSandbox.Policy(Key.Pem));

        result.Provenance.IsSignatureVerified.ShouldBeTrue();
    }

    [Fact]
    public async Task Scan_ContentThatCouldNotBeRead_KeepsItsReasonWithoutARequest()
    {
        await using var sandbox = await ScanSandbox.StartAsync();
        var attached = sandbox.Attach(Signed.BundleType, Signed.Bundle(Key, Signed.Provenance(sandbox.Image)));
        sandbox.Registry.RemoveBlob(ScanSandbox.Repository, attached.Blobs[1].Digest);
        var first = await sandbox.ScanAsync(ScanSandbox.Policy(Key.Pem));
        sandbox.Clear();

        var second = await sandbox.ScanAsync(ScanSandbox.Policy(Other.Pem));

        first.Attestations.ShouldHaveSingleItem().Reason.ShouldBe("NotFound");
        second.Attestations.ShouldHaveSingleItem().Reason.ShouldBe("NotFound");
        sandbox.Requests.ShouldBeEmpty();
    }
}
