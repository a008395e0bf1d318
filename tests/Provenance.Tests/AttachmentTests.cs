using System.Text;
using RegistryOperator.Abstractions.Attachments;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Provenance;
using RegistryOperator.Provenance.Tests.Support;
using RegistryOperator.Testing.Images;
using RegistryOperator.Tests.Pki;

namespace RegistryOperator.Provenance.Tests;

/// <summary>What is attached in other forms than cosign's own, and what it proves.</summary>
public sealed class AttachmentTests
{
    private static readonly TestKey Key = TestKey.Ecdsa();

    [Theory]
    [InlineData("https://slsa.dev/provenance/v0.2")]
    [InlineData("https://slsa.dev/provenance/v1")]
    public async Task Scan_BuildKitsIndex_IsClaimedAndNotVerified(string predicateType)
    {
        await using var sandbox = await ScanSandbox.StartAsync();
        var arm = new ImageBuilder().WithPlatform("linux/arm64").WithLayer(new LayerFile("a", "arm64")).Build();
        var index = sandbox.Add("multi", new IndexBuilder()
            .WithImage(sandbox.Image)
            .WithImage(arm)
            .WithAttestation(sandbox.Image, predicateType, Signed.Statement(sandbox.Image, predicateType, BuildKit(predicateType)))
            .WithAttestation(sandbox.Image, "https://spdx.dev/Document", Signed.Statement(sandbox.Image, "https://spdx.dev/Document"))
            .Build());
        sandbox.Clear();

        var result = await sandbox.ScanAsync(sandbox.Request(ScanSandbox.Policy(Key.Pem), index, [sandbox.Image, arm]));

        result.Provenance.ShouldBe(new BuildProvenance
        {
            Builder = "https://github.com/acme/app/actions/runs/1",
            BuildType = "https://mobyproject.org/buildkit@v1",
            SourceRepository = "https://github.com/acme/app",
            SourceCommit = Signed.Commit,
            SlsaLevel = 1,
            ClaimedSlsaLevel = 1,
        });
        result.Signatures.ShouldBe(new SignatureCounts(0, 0));
        result.Verification.ShouldBeNull();
        result.Attestations.Select(one => (one.Type, one.Reason, one.Source, one.Subject)).ShouldBe(
        [
            ("provenance", "Unsigned", AttachmentSource.IndexEntry, sandbox.Image.Digest),
            ("sbom", "Unsigned", AttachmentSource.IndexEntry, sandbox.Image.Digest),
        ]);
        // The SBOM is named by its annotation: it may have many MiB.
        sandbox.Requests.Count(request => request.StartsWith("blobs/", StringComparison.Ordinal)).ShouldBe(1);
        Told(result).ShouldNotContain(Signed.Secret);
        result.Documents.Select(document => Encoding.UTF8.GetString(document.Content.Span)).ShouldContain(document => document.Contains(Signed.Secret));
    }

    [Fact]
    public async Task Scan_SignedProvenance_TellsNoParameters()
    {
        await using var sandbox = await ScanSandbox.StartAsync();
        sandbox.Attach(Signed.BundleType, Signed.Bundle(Key, Signed.Provenance(sandbox.Image)));
        sandbox.Attach(Signed.StatementType, Signed.Provenance(sandbox.Image).Replace("_type", "type", StringComparison.Ordinal));

        var result = await sandbox.ScanAsync(ScanSandbox.Policy(Key.Pem));

        Told(result).ShouldNotContain(Signed.Secret);
    }

    [Fact]
    public async Task Scan_AttestationOfAnotherImage_IsAMismatchAndProvesNothing()
    {
        await using var sandbox = await ScanSandbox.StartAsync();
        var other = new ImageBuilder().WithLayer(new LayerFile("a", "other")).Build();
        sandbox.Attach(Signed.BundleType, Signed.Bundle(Key, Signed.Provenance(other)));
        sandbox.Add(Signed.Tag(sandbox.Image, ".sig"), Signed.Signature(Key, other));

        var result = await sandbox.ScanAsync(ScanSandbox.Policy(Key.Pem));

        result.Provenance.ShouldBe(new BuildProvenance { SlsaLevel = 0 });
        result.Attestations.Count.ShouldBe(2);
        result.Attestations.ShouldAllBe(one => one.Reason == "Mismatch" && one.Subject == null && !one.IsVerified);
        result.Verification!.Reason.ShouldBe("Mismatch");
    }

    [Fact]
    public async Task Scan_AttestationOfAPlatformThatIsNotChosen_SaysWhich()
    {
        await using var sandbox = await ScanSandbox.StartAsync();
        var arm = new ImageBuilder().WithPlatform("linux/arm64").WithLayer(new LayerFile("a", "arm64")).Build();
        var index = sandbox.Add("multi", new IndexBuilder().WithImage(sandbox.Image).WithImage(arm).Build());
        sandbox.Attach(Signed.BundleType, Signed.Bundle(Key, Signed.Provenance(arm)), index);
        sandbox.Add(Signed.Tag(index, ".sig"), Signed.Signature(Key, arm));
        var request = sandbox.Request(ScanSandbox.Policy(Key.Pem), index, [sandbox.Image]) with
        {
            OtherPlatforms = [new PlatformManifest(Platform.Parse("linux/arm64"), arm.Digest)],
        };

        var result = await sandbox.ScanAsync(request);

        result.Provenance.ShouldBe(new BuildProvenance { SlsaLevel = 0 });
        result.Attestations.Select(one => (one.Reason, one.Subject, one.IsVerified))
            .ShouldBe([("OtherPlatform", arm.Digest, false), ("OtherPlatform", arm.Digest, false)]);
        result.Verification!.Message.ShouldBe(
            "It is about the platform linux/arm64 of this image, which is not chosen, and proves nothing about those that are.");
    }

    [Fact]
    public async Task Scan_AttestationOfAPlatform_CountsAndSaysWhich()
    {
        await using var sandbox = await ScanSandbox.StartAsync();
        var index = sandbox.Add("multi", new IndexBuilder().WithImage(sandbox.Image).Build());
        sandbox.Attach(Signed.BundleType, Signed.Bundle(Key, Signed.Provenance(sandbox.Image)));

        var result = await sandbox.ScanAsync(sandbox.Request(ScanSandbox.Policy(Key.Pem), index, [sandbox.Image]));

        result.Attestations.ShouldHaveSingleItem().Subject.ShouldBe(sandbox.Image.Digest);
        result.Provenance.SlsaLevel.ShouldBe(2);
    }

    [Theory]
    [InlineData("https://spdx.dev/Document/v2.3", "sbom")]
    [InlineData("https://cyclonedx.org/bom/v1.4", "sbom")]
    [InlineData("https://openvex.dev/ns/v0.2.0", "vex")]
    [InlineData("https://slsa.dev/verification_summary/v1", "vsa")]
    [InlineData("https://cosign.sigstore.dev/attestation/vuln/v1", "vulnerability")]
    [InlineData("https://example.test/own", "attestation")]
    public async Task Scan_OtherStatements_AreNamedCountedAndVerifiedButSignNothing(string predicateType, string type)
    {
        await using var sandbox = await ScanSandbox.StartAsync();
        sandbox.Attach(Signed.BundleType, Signed.Bundle(Key, Signed.Statement(sandbox.Image, predicateType)));

        var result = await sandbox.ScanAsync(ScanSandbox.Policy(Key.Pem));

        var attestation = result.Attestations.ShouldHaveSingleItem();
        attestation.Type.ShouldBe(type);
        attestation.IsVerified.ShouldBeTrue();
        result.Signatures.ShouldBe(new SignatureCounts(1, 1));
        result.Provenance.ShouldBe(new BuildProvenance { SlsaLevel = 0 });
        result.Verification.ShouldBeNull();
    }

    [Theory]
    [InlineData("application/spdx+json", "sbom", "Unsigned", 0)]
    [InlineData("application/vnd.cyclonedx+json", "sbom", "Unsigned", 0)]
    [InlineData("application/vnd.openvex+json", "vex", "Unsigned", 0)]
    [InlineData("application/vnd.cncf.notary.signature", "notation", "UnsupportedSignature", 1)]
    public async Task Scan_WhatHasNoEnvelope_IsNamedWithoutBeingRead(string artifactType, string type, string reason, int signatures)
    {
        await using var sandbox = await ScanSandbox.StartAsync();
        sandbox.Attach("application/jose+json", "{}"u8.ToArray(), artifactType: artifactType);
        sandbox.Clear();

        var result = await sandbox.ScanAsync(ScanSandbox.Policy(Key.Pem));

        var attestation = result.Attestations.ShouldHaveSingleItem();
        attestation.Type.ShouldBe(type);
        attestation.Reason.ShouldBe(reason);
        result.Signatures!.Found.ShouldBe(signatures);
        sandbox.Requests.ShouldNotContain(request => request.StartsWith("blobs/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Scan_UnknownArtifacts_AreNoAttestations()
    {
        await using var sandbox = await ScanSandbox.StartAsync();
        sandbox.Attach("application/vnd.example.note", "a note");

        (await sandbox.ScanAsync(ScanSandbox.Policy(Key.Pem))).Attestations.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(Signed.EnvelopeType)]
    [InlineData(Signed.BundleType)]
    public async Task Scan_EnvelopeInAnUnknownArtifact_IsRead(string mediaType)
    {
        await using var sandbox = await ScanSandbox.StartAsync();
        var statement = Signed.Provenance(sandbox.Image);
        var content = mediaType == Signed.BundleType ? Signed.Bundle(Key, statement) : Signed.Envelope(Key, statement);
        sandbox.Attach(mediaType, Encoding.UTF8.GetBytes(content), artifactType: "application/vnd.example.own");

        var result = await sandbox.ScanAsync(ScanSandbox.Policy(Key.Pem));

        result.Provenance.IsProvenanceVerified.ShouldBeTrue();
    }

    /// <summary>What nobody calls an attestation takes no place from one, and its number leaves no doubt about what there is.</summary>
    [Fact]
    public async Task Scan_ManyUnknownArtifacts_ReadsAttestationsFirstAndIsComplete()
    {
        await using var sandbox = await ScanSandbox.StartAsync();
        for (var i = 0; i < 100; i++) sandbox.Attach("application/vnd.example.note", $"note {i}");
        sandbox.Attach(Signed.BundleType, Signed.Bundle(Key, Signed.Provenance(sandbox.Image)));

        var result = await sandbox.ScanAsync(ScanSandbox.Policy(Key.Pem));

        result.Attestations.ShouldHaveSingleItem().IsVerified.ShouldBeTrue();
        result.Provenance.SlsaLevel.ShouldBe(2);
    }

    [Fact]
    public async Task Scan_LayerThatIsListedAgain_IsReadOnce()
    {
        await using var sandbox = await ScanSandbox.StartAsync();
        var artifact = new ArtifactBuilder().WithType(Signed.StatementType).WithSubject(sandbox.Image.Descriptor);
        var envelope = Signed.Envelope(Key, Signed.Provenance(sandbox.Image));
        for (var i = 0; i < 500; i++) artifact = artifact.WithFile(Signed.EnvelopeType, envelope);
        sandbox.Add(null, artifact.Build());

        var result = await sandbox.ScanAsync(ScanSandbox.Policy(Key.Pem));

        result.Attestations.ShouldHaveSingleItem().IsVerified.ShouldBeTrue();
    }

    /// <summary>Cosign lists one payload as often as it is signed.</summary>
    [Fact]
    public async Task Scan_PayloadWithSeveralSignatures_HasEachOfThem()
    {
        await using var sandbox = await ScanSandbox.StartAsync();
        var artifact = new ArtifactBuilder().WithConfig("application/vnd.oci.image.config.v1+json", "{}");
        var payload = Encoding.UTF8.GetBytes($$$"""
            {"critical":{"identity":{"docker-reference":"registry.test/team/app"},
            "image":{"docker-manifest-digest":"{{{sandbox.Image.Digest}}}"},"type":"cosign container image signature"},"optional":null}
            """);
        foreach (var key in (TestKey[])[TestKey.Ecdsa(), Key])
        {
            artifact = artifact.WithFile(Signed.SimpleSigningType, payload, new Dictionary<string, string>
            {
                ["dev.cosignproject.cosign/signature"] = TestInstance.Base64(key.Sign(payload)),
            });
        }

        sandbox.Add(Signed.Tag(sandbox.Image, ".sig"), artifact.Build());

        (await sandbox.ScanAsync(ScanSandbox.Policy(Key.Pem))).Attestations.Select(one => one.IsVerified).ShouldBe([false, true], ignoreOrder: true);
    }

    [Fact]
    public async Task Scan_FileOfAnyTypeInAnAttestation_IsRead()
    {
        await using var sandbox = await ScanSandbox.StartAsync();
        var envelope = Encoding.UTF8.GetBytes(Signed.Envelope(Key, Signed.Provenance(sandbox.Image)));
        sandbox.Attach("application/vnd.oci.image.layer.v1.tar", envelope, artifactType: Signed.StatementType);

        (await sandbox.ScanAsync(ScanSandbox.Policy(Key.Pem))).Provenance.IsSignatureVerified.ShouldBeTrue();
    }

    [Fact]
    public async Task Scan_JsonLines_AreReadEach()
    {
        await using var sandbox = await ScanSandbox.StartAsync();
        var line = Signed.Envelope(Key, Signed.Provenance(sandbox.Image));
        var other = Signed.Envelope(TestKey.Ecdsa(), Signed.Statement(sandbox.Image, "https://spdx.dev/Document"));
        sandbox.Attach(Signed.StatementType, $"{line}\n\n{other}\r\n{{broken\n");

        var result = await sandbox.ScanAsync(ScanSandbox.Policy(Key.Pem));

        result.Attestations.Select(one => (one.Type, one.Reason)).ShouldBe(
            [("provenance", null), ("sbom", "SignatureInvalid"), ("attestation", "InvalidContent")], ignoreOrder: true);
        result.Provenance.SlsaLevel.ShouldBe(2);
    }

    [Fact]
    public async Task Scan_SeveralProvenances_TheVerifiedOneIsTold()
    {
        await using var sandbox = await ScanSandbox.StartAsync();
        const string Forged = "https://github.com/slsa-framework/slsa-github-generator/.github/workflows/generator_container_slsa3.yml@refs/tags/v9.0.0";
        sandbox.Attach(Signed.BundleType, Signed.Bundle(TestKey.Ecdsa(), Signed.Provenance(sandbox.Image, Forged)));
        sandbox.Attach(Signed.BundleType, Signed.Bundle(Key, Signed.Provenance(sandbox.Image)));

        var result = await sandbox.ScanAsync(ScanSandbox.Policy(Key.Pem));

        result.Provenance.Builder.ShouldBe(Signed.Builder);
        result.Provenance.SlsaLevel.ShouldBe(2);
    }

    [Fact]
    public async Task Scan_CredentialsInUris_AreNotTold()
    {
        await using var sandbox = await ScanSandbox.StartAsync();
        sandbox.Attach(
            Signed.BundleType, Signed.Bundle(Key, Signed.Provenance(sandbox.Image, "https://u:hunter2@ci.test/b", "https://u:hunter2@forge.test/team/app")));

        var result = await sandbox.ScanAsync(ScanSandbox.Policy(Key.Pem));

        Told(result).ShouldNotContain("hunter2");
        result.Provenance.SourceRepository.ShouldBe(Signed.Repository);
        result.Provenance.SourceCommit.ShouldBe(Signed.Commit);
    }

    /// <summary>All that leaves the plugin, but the documents.</summary>
    private static string Told(ProvenanceScanResult result) => string.Join(
        '\n',
        result.Provenance,
        result.Result,
        result.Verification,
        result.Expectations,
        string.Join('\n', result.Summary),
        string.Join('\n', result.Attestations),
        string.Join('\n', result.Expectations?.Unmet ?? []));

    private static string BuildKit(string predicateType) => predicateType.EndsWith("v1", StringComparison.Ordinal)
        ? $$$$$$"""
        {"buildDefinition":{"buildType":"https://mobyproject.org/buildkit@v1",
        "externalParameters":{"request":{"args":{"build-arg:TOKEN":"{{{{{{Signed.Secret}}}}}}"}},
        "configSource":{"path":"Dockerfile"}},"resolvedDependencies":[{"uri":"pkg:docker/alpine@3.20","digest":{"sha256":"{{{{{{new string('a', 64)}}}}}}"}}]},
        "runDetails":{"builder":{"id":"https://github.com/acme/app/actions/runs/1"},"metadata":{"buildkit_metadata":{"vcs":
        {"source":"https://github.com/acme/app.git","revision":"{{{{{{Signed.Commit}}}}}}"}}}}}
        """
        : $$$$$$"""
        {"builder":{"id":"https://github.com/acme/app/actions/runs/1"},"buildType":"https://mobyproject.org/buildkit@v1",
        "invocation":{"configSource":{"entryPoint":"Dockerfile"},"environment":{"platform":"linux/amd64"},
        "parameters":{"args":{"build-arg:TOKEN":"{{{{{{Signed.Secret}}}}}}"}}},
        "materials":[{"uri":"pkg:docker/alpine@3.20","digest":{"sha256":"{{{{{{new string('a', 64)}}}}}}"}}],
        "metadata":{"https://mobyproject.org/buildkit@v1#metadata":{"vcs":{"source":"https://github.com/acme/app.git","revision":"{{{{{{Signed.Commit}}}}}}"}}}}
        """;
}
