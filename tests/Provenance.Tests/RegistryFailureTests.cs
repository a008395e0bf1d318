using System.Net;
using NSubstitute;
using RegistryOperator.Abstractions.Attachments;
using RegistryOperator.Abstractions.Provenance;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Plugins.Provenance.Documents;
using RegistryOperator.Provenance.Tests.Support;
using RegistryOperator.Tests.Pki;

namespace RegistryOperator.Provenance.Tests;

/// <summary>A registry that fails: what is known stays, and nothing is falsely clean.</summary>
public sealed class RegistryFailureTests
{
    private static readonly TestKey Key = TestKey.Ecdsa();
    private static readonly RegistryException Unavailable =
        new(RegistryErrorKind.ServerError, "The registry failed.") { StatusCode = HttpStatusCode.ServiceUnavailable };

    [Fact]
    public async Task Scan_NothingCouldBeListed_FailsWithTheRegistrysReason()
    {
        await using var sandbox = await ScanSandbox.StartAsync();

        var failure = await Should.ThrowAsync<ScanException>(() => sandbox.ScanAsync(Listing(sandbox, new() { Attachments = [], Problem = Unavailable })));

        failure.Reason.ShouldBe("RegistryUnavailable");
    }

    [Fact]
    public async Task Scan_IncompleteListWithoutProvenance_KnowsNoLevel()
    {
        await using var sandbox = await ScanSandbox.StartAsync();
        var problem = new RegistryException(RegistryErrorKind.TooLarge, "more than 50 attachments");

        var result = await sandbox.ScanAsync(Listing(sandbox, new() { Attachments = [], Problem = problem }));

        result.Provenance.SlsaLevel.ShouldBeNull();
        result.Attestations.ShouldBeEmpty();
        result.Result.ShouldBe("Incomplete");
        result.Verification.ShouldBe(new SignatureVerification { Reason = "TooLarge", Message = "more than 50 attachments" });
    }

    [Fact]
    public async Task Scan_IncompleteList_KeepsWhatTheLastReportHasAndIsMadeAnewSoon()
    {
        await using var sandbox = await ScanSandbox.StartAsync();
        sandbox.Attach(Signed.BundleType, Signed.Bundle(Key, Signed.Provenance(sandbox.Image)));
        await sandbox.ScanAsync(ScanSandbox.Policy(Key.Pem));
        sandbox.Time.Advance(TimeSpan.FromHours(1));
        var sbom = new ImageAttachment
        {
            Descriptor = sandbox.Image.Descriptor,
            ArtifactType = "application/spdx+json",
            Subject = sandbox.Image.Digest,
            Source = AttachmentSource.CosignTag,
            Tag = Signed.Tag(sandbox.Image, ".sbom"),
        };

        var result = await sandbox.ScanAsync(Listing(sandbox, new() { Attachments = [sbom], Problem = Unavailable }));

        result.Attestations.Select(one => one.Type).ShouldBe(["provenance", "sbom"], ignoreOrder: true);
        result.Provenance.IsSignatureVerified.ShouldBeTrue();

        // Its listing is not taken for a complete one.
        sandbox.Clear();
        await sandbox.ScanAsync(ScanSandbox.Policy(Key.Pem));
        sandbox.Requests.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData(RegistryErrorKind.Unreachable, null, "RegistryUnavailable")]
    [InlineData(RegistryErrorKind.RateLimited, HttpStatusCode.TooManyRequests, "RateLimited")]
    [InlineData(RegistryErrorKind.ServerError, HttpStatusCode.BadGateway, "RegistryUnavailable")]
    [InlineData(RegistryErrorKind.TlsFailure, null, "RegistryUnavailable")]
    public async Task Scan_RegistryGoesAwayWhileContentsAreRead_Fails(RegistryErrorKind kind, HttpStatusCode? status, string reason)
    {
        await using var sandbox = await ScanSandbox.StartAsync();
        sandbox.Attach(Signed.BundleType, Signed.Bundle(Key, Signed.Provenance(sandbox.Image)));
        sandbox.Client = client => new FailingClient(client, new RegistryException(kind, "It failed.") { StatusCode = status });

        var failure = await Should.ThrowAsync<Exception>(() => sandbox.ScanAsync(ScanSandbox.Policy(Key.Pem)));

        // The host makes the same of the client's own exception.
        (failure is RegistryException known ? ScanReasons.Of(known.Kind) : ((ScanException)failure).Reason).ShouldBe(reason);
    }

    [Theory]
    [InlineData(RegistryErrorKind.ServerError, HttpStatusCode.InternalServerError, "RegistryUnavailable")]
    [InlineData(RegistryErrorKind.NotFound, HttpStatusCode.NotFound, "NotFound")]
    [InlineData(RegistryErrorKind.Denied, HttpStatusCode.Forbidden, "Unauthorized")]
    [InlineData(RegistryErrorKind.InvalidResponse, null, "InvalidContent")]
    public async Task Scan_OneBlobFails_IsTheReasonOfItsAttestationAlone(RegistryErrorKind kind, HttpStatusCode? status, string reason)
    {
        await using var sandbox = await ScanSandbox.StartAsync();
        sandbox.Attach(Signed.BundleType, Signed.Bundle(Key, Signed.Provenance(sandbox.Image)));
        sandbox.Client = client => new FailingClient(client, new RegistryException(kind, "It failed.") { StatusCode = status });

        var result = await sandbox.ScanAsync(ScanSandbox.Policy(Key.Pem));

        result.Attestations.ShouldHaveSingleItem().Reason.ShouldBe(reason);
        // What is gone, or is not what it says, is no provenance; anything else may be.
        var isAnswer = reason is "NotFound" or "InvalidContent";
        result.Provenance.SlsaLevel.ShouldBe(isAnswer ? 0 : null);
        result.Verification?.Reason.ShouldBe(reason);
        (result.Verification is null).ShouldBe(isAnswer);
    }

    [Fact]
    public async Task Scan_IncompleteListBesideASignatureThatDoesNotVerify_SaysThatThereMayBeMore()
    {
        await using var sandbox = await ScanSandbox.StartAsync();
        sandbox.Attach(Signed.BundleType, Signed.Bundle(TestKey.Ecdsa(), Signed.Statement(sandbox.Image, PredicateTypes.CosignSign)));
        var request = sandbox.Request(new VerificationPolicy
        {
            Keys = [new VerificationKey { Pem = Key.Pem }],
            Expectations = new ProvenanceExpectations { Builders = ["b"], MinimumSlsaLevel = 1 },
        });
        var all = await request.Attachments!.ListAsync(TestContext.Current.CancellationToken);
        var attachments = Substitute.For<IImageAttachments>();
        attachments.ListAsync(Arg.Any<CancellationToken>()).Returns(all with { Problem = new RegistryException(RegistryErrorKind.TooLarge, "too many") });
        attachments.ReadManifestAsync(Arg.Any<ImageAttachment>(), Arg.Any<CancellationToken>())
            .Returns(call => request.Attachments.ReadManifestAsync(call.Arg<ImageAttachment>(), call.Arg<CancellationToken>()));

        var result = await sandbox.ScanAsync(request with { Attachments = attachments });

        result.Attestations.ShouldHaveSingleItem().Reason.ShouldBe("SignatureInvalid");
        result.Verification!.Message.ShouldBe("too many");
        result.Provenance.SlsaLevel.ShouldBeNull();
        result.Expectations!.Unmet.ShouldBe(
        [
            "The builder is not known: not all that is attached to the image was looked at.",
            "The SLSA level is not known: not all that is attached to the image was looked at; level 1 is expected.",
        ]);
        // The same from what is stored.
        var again = await sandbox.ScanAsync(sandbox.Request(ScanSandbox.Policy(TestKey.Ecdsa().Pem)));
        again.Verification!.Message.ShouldBe("too many");
    }

    private static ImageScanRequest Listing(ScanSandbox sandbox, ImageAttachmentList list)
    {
        var request = sandbox.Request(ScanSandbox.Policy(Key.Pem));
        var attachments = Substitute.For<IImageAttachments>();
        attachments.ListAsync(Arg.Any<CancellationToken>()).Returns(list);
        return request with { Attachments = attachments };
    }
}
