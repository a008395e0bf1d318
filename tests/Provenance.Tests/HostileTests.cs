using System.Diagnostics;
using System.Text;
using CsCheck;
using NSubstitute;
using RegistryOperator.Abstractions.Attachments;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Plugins.Provenance.Attached;
using RegistryOperator.Plugins.Provenance.Documents;
using RegistryOperator.Provenance.Tests.Support;
using RegistryOperator.Testing.Images;
using RegistryOperator.Tests.Pki;

namespace RegistryOperator.Provenance.Tests;

/// <summary>What anyone who may push can attach: none of it fails the image, hides what is good, or costs much.</summary>
public sealed class HostileTests
{
    private static readonly TestKey Key = TestKey.Ecdsa();
    private static readonly TestImage Image = new ImageBuilder().WithLayer(new LayerFile("a", "amd64")).Build();
    private static readonly string[] Seeds =
    [
        Signed.Bundle(Key, Signed.Provenance(Image)),
        Signed.Envelope(Key, Signed.Provenance(Image)),
        Signed.Provenance(Image),
        Signed.Envelope(Key, Signed.Provenance(Image)) + "\n" + Signed.Envelope(Key, Signed.Provenance(Image)),
    ];

    public static TheoryData<string, string> Broken => new()
    {
        { "", "InvalidContent" },
        { "null", "InvalidContent" },
        { "[]", "InvalidContent" },
        { "{}", "InvalidContent" },
        { "{", "InvalidContent" },
        { "\0\0\0", "InvalidContent" },
        { new string('[', 100_000), "InvalidContent" },
        { string.Concat(Enumerable.Repeat("""{"a":""", 100_000)), "InvalidContent" },
        { """{"payloadType":"application/vnd.in-toto+json","payload":"!!!","signatures":[{"sig":"AAAA"}]}""", "InvalidBundle" },
        { """{"payloadType":"application/vnd.in-toto+json","payload":"e30=","signatures":[]}""", "InvalidBundle" },
        { """{"payloadType":"application/vnd.in-toto+json","payload":"e30=","signatures":[{"sig":"AAAA"}]}""", "InvalidContent" },
        { """{"payloadType":"text/plain","payload":"e30=","signatures":[{"sig":"AAAA"}]}""", "InvalidContent" },
        { """{"mediaType":"application/vnd.dev.sigstore.bundle.v0.9+json","verificationMaterial":{}}""", "UnsupportedBundle" },
        { """{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json"}""", "InvalidBundle" },
        { """{"_type":"https://in-toto.io/Statement/v9"}""", "InvalidContent" },
        { """{"_type":"https://in-toto.io/Statement/v1","subject":{}}""", "InvalidContent" },
        { """{"_type":"https://in-toto.io/Statement/v1","_type":"https://in-toto.io/Statement/v1"}""", "InvalidContent" },
        { """{"_type":"https://in-toto.io/Statement/v1","predicateType":"https://slsa.dev/provenance/v1","subject":[1,{"digest":7},{}]}""", "InvalidContent" },
        { """{"_type":"https://in-toto.io/Statement/v1","predicateType":"https://slsa.dev/provenance/v1","subject":[]}""", "InvalidContent" },
        { """{"_type":"https://in-toto.io/Statement/v1","predicateType":"https://slsa.dev/provenance/v1","subject":[{"digest":{"sha1":"00"}}]}""", "Mismatch" },
        {
            """
            {"_type":"https://in-toto.io/Statement/v1","predicateType":"https://slsa.dev/provenance/v1","subject":[{}],"predicate":{"a":{"b":1,"b":2}}}
            """,
            "InvalidContent"
        },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task Scan_BrokenAttachmentBesideAGoodOne_HasAReasonAndHidesNothing(string content, string reason)
    {
        await using var sandbox = await ScanSandbox.StartAsync();
        var broken = sandbox.Attach(Signed.StatementType, content);
        sandbox.Attach(Signed.BundleType, Signed.Bundle(Key, Signed.Provenance(sandbox.Image)));

        var result = await sandbox.ScanAsync(ScanSandbox.Policy(Key.Pem));

        result.Provenance.SlsaLevel.ShouldBe(2);
        var attestation = result.Attestations.Single(one => one.Digest == broken.Digest);
        attestation.Reason.ShouldBe(reason);
        attestation.Message.ShouldNotBeNullOrEmpty();
        attestation.IsVerified.ShouldBeFalse();
    }

    [Fact]
    public void Read_AnyDamage_GivesEvidenceAndNeverThrows()
    {
        var attachment = new ImageAttachment
        {
            Descriptor = new Descriptor { Digest = Image.Digest },
            ArtifactType = Signed.BundleType,
            Subject = Image.Digest,
            Source = AttachmentSource.ReferrersApi,
        };
        var reader = new LayerReader([Image.Digest], []);
        string[] types = [Signed.BundleType, Signed.SimpleSigningType];

        Gen.Select(Gen.Int[0, Seeds.Length - 1], Gen.Int[0, 1], Gen.Select(Gen.Int[0, 4000], Gen.Byte).Array[0, 8], Gen.Int[0, 4000])
            .Sample((seed, type, changes, cut) =>
            {
                var bytes = Encoding.UTF8.GetBytes(Seeds[seed]);
                foreach (var (position, value) in changes) bytes[position % bytes.Length] = value;
                if (cut < bytes.Length && cut % 3 == 0) bytes = bytes[..cut];
                var layer = new Descriptor { Digest = Image.Digest, MediaType = types[type] };

                return reader.Read(attachment, layer, bytes).ToArray().Length > 0;
            });
    }

    [Fact]
    public void Repository_AnyText_NeverThrowsAndIsStable() => Gen.String[Gen.OneOf(Gen.Char["gith+ub.com:/@?#"], Gen.Char), 0, 40].Sample(text =>
    {
        var repository = SourceUri.Repository(text);
        _ = SourceUri.Comparable(text);
        _ = SourceUri.WithoutCredentials(text);
        return repository.Length <= text.Length;
    });

    [Fact]
    public async Task Scan_TenThousandAttachments_ReadsNoMoreThanItsLimit()
    {
        await using var sandbox = await ScanSandbox.StartAsync();
        var good = sandbox.Attach(Signed.BundleType, Signed.Bundle(Key, Signed.Provenance(sandbox.Image)));
        var attachments = Substitute.For<IImageAttachments>();
        var flood = Enumerable.Range(0, 10_000).Select(number => Listed(Digest.Compute(BitConverter.GetBytes(number)), "application/vnd.in-toto+json", null));
        attachments.ListAsync(Arg.Any<CancellationToken>()).Returns(new ImageAttachmentList
        {
            // Cosign's tag comes last here, and is read first.
            Attachments = [.. flood, Listed(good.Digest, MediaTypes.OciImageConfig, Signed.Tag(sandbox.Image, ".att"))],
        });
        attachments.ReadManifestAsync(Arg.Any<ImageAttachment>(), Arg.Any<CancellationToken>()).Returns(call =>
            call.Arg<ImageAttachment>().Descriptor.Digest == good.Digest
                ? good.ToManifest()
                : throw new RegistryException(RegistryErrorKind.NotFound, "gone"));

        var result = await sandbox.ScanAsync(sandbox.Request(ScanSandbox.Policy(Key.Pem)) with { Attachments = attachments });

        result.Provenance.IsSignatureVerified.ShouldBeTrue();
        result.Attestations.Count(one => one.Reason == "NotFound").ShouldBe(63);
        result.Attestations.Count(one => one.Reason == "NotRead").ShouldBe(10_001 - 64);
        attachments.ReceivedCalls().Count(call => call.GetMethodInfo().Name == nameof(IImageAttachments.ReadManifestAsync)).ShouldBe(64);

        ImageAttachment Listed(Digest digest, string type, string? tag) => new()
        {
            Descriptor = new Descriptor { Digest = digest, MediaType = MediaTypes.OciManifest, Size = 500 },
            ArtifactType = type,
            Subject = sandbox.Image.Digest,
            Source = tag is null ? AttachmentSource.ReferrersApi : AttachmentSource.CosignTag,
            Tag = tag,
        };
    }

    [Fact]
    public async Task Scan_ManyLayersAndLines_AreBounded()
    {
        await using var sandbox = await ScanSandbox.StartAsync();
        var lines = string.Join('\n', Enumerable.Repeat(Signed.Provenance(sandbox.Image).ReplaceLineEndings(""), 1000));
        for (var i = 0; i < 10; i++) sandbox.Attach(Signed.StatementType, lines + new string('\n', i));

        var result = await sandbox.ScanAsync(ScanSandbox.Policy(Key.Pem));

        // 32 lines and a word about the others, of each file until there are 128; then a word about each.
        result.Attestations.Count(one => one.Reason == "Unsigned").ShouldBe(3 * 32 + 29);
        result.Attestations.Count(one => one.Reason == "NotRead").ShouldBe(3 + 1 + 6);
    }

    [Fact]
    public async Task Scan_BlobLargerThanTheLimit_IsNotFetched()
    {
        await using var sandbox = await ScanSandbox.StartAsync();
        sandbox.Attach(Signed.BundleType, new byte[4 * 1024 * 1024 + 1]);
        sandbox.Clear();

        var result = await sandbox.ScanAsync(ScanSandbox.Policy(Key.Pem));

        result.Attestations.ShouldHaveSingleItem().Reason.ShouldBe("TooLarge");
        result.Provenance.SlsaLevel.ShouldBeNull();
        result.Result.ShouldBe("Incomplete");
        sandbox.Requests.ShouldNotContain(request => request.StartsWith("blobs/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Scan_ManyLargeBlobs_StopAtTheImagesLimit()
    {
        await using var sandbox = await ScanSandbox.StartAsync();
        for (byte i = 0; i < 10; i++)
        {
            var blob = new byte[4 * 1024 * 1024];
            Array.Fill(blob, i);
            sandbox.Attach(Signed.BundleType, blob);
        }

        var result = await sandbox.ScanAsync(ScanSandbox.Policy(Key.Pem));

        result.Attestations.Count(one => one.Reason == "TooLarge").ShouldBeGreaterThanOrEqualTo(2);
        result.Documents.Sum(document => (long)document.Content.Length).ShouldBeLessThan(33 * 1024 * 1024);
    }

    [Fact]
    public async Task Scan_BlobWithAnotherDigest_IsRefused()
    {
        await using var sandbox = await ScanSandbox.StartAsync();
        var attached = sandbox.Attach(Signed.BundleType, Signed.Bundle(Key, Signed.Provenance(sandbox.Image)));
        sandbox.Client = client => new LyingClient(client, attached.Blobs[1].Digest);

        var result = await sandbox.ScanAsync(ScanSandbox.Policy(Key.Pem));

        result.Attestations.ShouldHaveSingleItem().Reason.ShouldBe("InvalidContent");
        result.Provenance.SlsaLevel.ShouldBe(0);
    }

    /// <summary>Somebody lists the signature of the platform as one of the index, before its own place.</summary>
    [Fact]
    public async Task Scan_SignatureListedAsThatOfAnotherManifest_IsStillTheOneOfItsOwn()
    {
        await using var sandbox = await ScanSandbox.StartAsync();
        var index = sandbox.Add("multi", new IndexBuilder().WithImage(sandbox.Image).Build());
        var attached = sandbox.Attach(Signed.BundleType, Signed.MessageBundle(Key, sandbox.Image), index);

        var result = await sandbox.ScanAsync(sandbox.Request(ScanSandbox.Policy(Key.Pem), index, [sandbox.Image]));

        var attestation = result.Attestations.ShouldHaveSingleItem();
        attestation.Digest.ShouldBe(attached.Digest);
        attestation.Subject.ShouldBe(sandbox.Image.Digest);
        attestation.IsVerified.ShouldBeTrue(attestation.Message);
    }

    [Fact]
    public async Task Scan_ManifestThatReferrsToItself_EndsWithAReason()
    {
        await using var sandbox = await ScanSandbox.StartAsync();
        var index = sandbox.Add("cyclic", new IndexBuilder().WithImage(sandbox.Image).WithSubject(sandbox.Image.Descriptor).Build());
        var attachments = Substitute.For<IImageAttachments>();
        var cyclic = new ImageAttachment
        {
            Descriptor = index.Descriptor,
            ArtifactType = Signed.BundleType,
            Subject = index.Digest,
            Source = AttachmentSource.ReferrersApi,
        };
        attachments.ListAsync(Arg.Any<CancellationToken>()).Returns(new ImageAttachmentList { Attachments = [cyclic] });
        attachments.ReadManifestAsync(cyclic, Arg.Any<CancellationToken>()).Returns(index.ToManifest());
        var clock = Stopwatch.StartNew();

        var result = await sandbox.ScanAsync(sandbox.Request(ScanSandbox.Policy(Key.Pem), index) with { Attachments = attachments });

        result.Attestations.ShouldHaveSingleItem().Reason.ShouldBe("InvalidContent");
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(30));
    }
}
