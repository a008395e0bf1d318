using System.Text.Json;
using RegistryOperator.Abstractions.Attachments;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Testing.Images;

namespace RegistryOperator.Host.Tests.Attachments;

/// <summary>What is found where, and by which requests.</summary>
public sealed class AttachmentWalkTests : IAsyncLifetime
{
    private AttachmentSandbox _sandbox = null!;

    public async ValueTask InitializeAsync() => _sandbox = await AttachmentSandbox.StartAsync();

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Fact]
    public async Task List_NothingAttached_IsCompleteForOneRequestWhereTagsAreKnown()
    {
        var list = await _sandbox.ListAsync(_sandbox.Amd64, tags: ["single"]);

        list.Attachments.ShouldBeEmpty();
        list.IsComplete.ShouldBeTrue();
        _sandbox.Requests.ShouldBe([$"referrers/{_sandbox.Amd64.Digest} 200"]);
    }

    [Fact]
    public async Task List_TagsNotKnown_AsksForEachOnce()
    {
        var sbom = _sandbox.AddTag(_sandbox.Amd64, ".sbom");

        var list = await _sandbox.ListAsync(_sandbox.Amd64, tags: null);

        var tag = AttachmentSandbox.Tag(_sandbox.Amd64, ".sbom");
        Show(list).ShouldBe([$"CosignTag {sbom.Digest} {AttachmentSandbox.Type} of {_sandbox.Amd64.Digest} by {tag}"]);
        _sandbox.Requests.ShouldBe(
        [
            $"referrers/{_sandbox.Amd64.Digest} 200",
            $"manifests/{AttachmentSandbox.Tag(_sandbox.Amd64, ".sig")} 404",
            $"manifests/{AttachmentSandbox.Tag(_sandbox.Amd64, ".att")} 404",
            $"manifests/{tag} 200",
        ]);
    }

    [Fact]
    public async Task List_EveryPlaceOfAnIndex_IsFoundInTheOrderOfTheSources()
    {
        var index = _sandbox.AddIndex(_sandbox.Amd64, _sandbox.Arm64);
        var ofPlatform = _sandbox.Attach(_sandbox.Amd64);
        var ofImage = _sandbox.Attach(index);
        var sig = _sandbox.AddTag(index, ".sig");
        var att = _sandbox.AddTag(_sandbox.Amd64, ".att");
        string[] tags = ["multi", AttachmentSandbox.Tag(index, ".sig"), AttachmentSandbox.Tag(_sandbox.Amd64, ".att")];

        var list = await _sandbox.ListAsync(index, tags, _sandbox.Amd64);

        var attestation = index.Manifests[2];
        Show(list).ShouldBe(
        [
            $"ReferrersApi {ofImage.Digest} {AttachmentSandbox.Type} of {index.Digest} by ",
            $"ReferrersApi {ofPlatform.Digest} {AttachmentSandbox.Type} of {_sandbox.Amd64.Digest} by ",
            $"CosignTag {sig.Digest} {AttachmentSandbox.Type} of {index.Digest} by {tags[1]}",
            $"CosignTag {att.Digest} {AttachmentSandbox.Type} of {_sandbox.Amd64.Digest} by {tags[2]}",
            $"IndexEntry {attestation.Digest} {MediaTypes.OciImageConfig} of {_sandbox.Amd64.Digest} by ",
        ]);
        list.IsComplete.ShouldBeTrue();
        // The attestation of a platform that is not scanned is not read.
        _sandbox.Requests.ShouldBe(
        [
            $"referrers/{index.Digest} 200", $"referrers/{_sandbox.Amd64.Digest} 200", $"manifests/{tags[1]} 200", $"manifests/{tags[2]} 200",
            $"manifests/{index.Digest} 200", $"manifests/{attestation.Digest} 200",
        ]);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public async Task List_WithoutTheApi_FindsTheFallbackTagAndAsksOnlyWhereItMayBe(bool isTagged, int count)
    {
        await using var sandbox = await AttachmentSandbox.StartAsync(referrersApi: false);
        var tag = AttachmentSandbox.Tag(sandbox.Amd64);
        var artifact = sandbox.Artifact(sandbox.Amd64);
        if (isTagged) sandbox.Add(tag, new IndexBuilder().WithManifest(artifact).Build());

        var list = await sandbox.ListAsync(sandbox.Amd64, isTagged ? ["single", tag] : ["single"]);

        list.IsComplete.ShouldBeTrue();
        Show(list).ShouldBe(Enumerable.Repeat($"FallbackTag {artifact.Digest} {AttachmentSandbox.Type} of {sandbox.Amd64.Digest} by {tag}", count));
        sandbox.Requests.ShouldBe([$"referrers/{sandbox.Amd64.Digest} 404", .. Enumerable.Repeat($"manifests/{tag} 200", count)]);
    }

    [Fact]
    public async Task List_SameManifestAtSeveralPlaces_IsListedOnceByTheFirst()
    {
        var artifact = _sandbox.Attach(_sandbox.Amd64);
        var tag = AttachmentSandbox.Tag(_sandbox.Amd64, ".sig");
        _sandbox.Add(tag, artifact);

        var list = await _sandbox.ListAsync(_sandbox.Amd64, [tag]);

        Show(list).ShouldBe([$"ReferrersApi {artifact.Digest} {AttachmentSandbox.Type} of {_sandbox.Amd64.Digest} by "]);
    }

    [Theory]
    [InlineData(AttachmentSandbox.Type, null, AttachmentSandbox.Type, 0)]
    [InlineData(AttachmentSandbox.Type, "application/vnd.example.config.v1+json", AttachmentSandbox.Type, 0)]
    [InlineData(null, null, MediaTypes.OciEmpty, 1)]
    [InlineData(null, MediaTypes.OciImageConfig, MediaTypes.OciImageConfig, 1)]
    [InlineData(null, "application/vnd.cncf.helm.config.v1+json", "application/vnd.cncf.helm.config.v1+json", 1)]
    [InlineData(null, "application/vnd.example.sbom", "application/vnd.example.sbom", 0)]
    public async Task List_TypeOfAnArtifact_IsTheManifestsOwnAndReadOnlyInDoubt(string? type, string? config, string expected, int reads)
    {
        var artifact = _sandbox.Attach(_sandbox.Amd64, type, config);

        (await _sandbox.ListAsync(_sandbox.Amd64, [])).Attachments.ShouldHaveSingleItem().ArtifactType.ShouldBe(expected);

        _sandbox.Requests.ShouldBe([$"referrers/{_sandbox.Amd64.Digest} 200", .. Enumerable.Repeat($"manifests/{artifact.Digest} 200", reads)]);
    }

    [Theory]
    [InlineData(MediaTypes.OciEmpty)]
    [InlineData(MediaTypes.OciImageConfig)]
    [InlineData("application/vnd.example.config.v1+json")]
    [InlineData("")]
    [InlineData(null)]
    public async Task List_DescriptorWithAWrongType_IsNotBelieved(string? told)
    {
        await using var sandbox = await AttachmentSandbox.StartAsync(referrersApi: false);
        var artifact = sandbox.Add(null, sandbox.Artifact(sandbox.Amd64));
        var wrong = new ImageIndex { MediaType = MediaTypes.OciIndex, Manifests = [artifact.Descriptor with { ArtifactType = told }] };
        var tag = AttachmentSandbox.Tag(sandbox.Amd64);
        sandbox.Add(tag, new TestManifest(MediaTypes.OciIndex, JsonSerializer.SerializeToUtf8Bytes(wrong)));

        (await sandbox.ListAsync(sandbox.Amd64, [tag])).Attachments.ShouldHaveSingleItem().ArtifactType.ShouldBe(AttachmentSandbox.Type);
    }

    [Theory]
    [InlineData(AttachmentSandbox.Type, AttachmentSandbox.Type)]
    [InlineData(null, MediaTypes.OciIndex)]
    public async Task List_IndexThatIsAttached_IsListedAndNotWalkedInto(string? type, string expected)
    {
        var inner = _sandbox.Artifact();
        var builder = new IndexBuilder().WithManifest(inner).WithSubject(_sandbox.Amd64.Descriptor);
        var index = _sandbox.Add(null, (type is null ? builder : builder.WithType(type)).Build());

        var attachment = (await _sandbox.ListAsync(_sandbox.Amd64, [])).Attachments.ShouldHaveSingleItem();

        (attachment.Descriptor.Digest, attachment.ArtifactType).ShouldBe((index.Digest, expected));
        _sandbox.Requests.ShouldNotContain(request => request.Contains(inner.Digest.ToString(), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("no digest", true)]
    [InlineData("sha256:0000000000000000000000000000000000000000000000000000000000000000", false)]
    public async Task List_AttestationOfAnIndex_IsOfTheImageWhereItNamesNoManifest(string? subject, bool isListed)
    {
        var annotations = new Dictionary<string, string> { [AnnotationKeys.DockerReferenceType] = AnnotationKeys.DockerAttestationManifest };
        if (subject is not null) annotations[AnnotationKeys.DockerReferenceDigest] = subject;
        var other = new Dictionary<string, string>
        {
            [AnnotationKeys.DockerReferenceType] = "other",
            [AnnotationKeys.DockerReferenceDigest] = _sandbox.Amd64.Digest.ToString(),
        };
        var builder = new IndexBuilder()
            .WithImage(_sandbox.Amd64).WithManifest(_sandbox.Artifact(), null, annotations).WithManifest(_sandbox.Artifact(), null, other);
        var index = _sandbox.Add("multi", builder.Build());

        var list = await _sandbox.ListAsync(index, [], _sandbox.Amd64);

        list.Attachments.Select(attachment => attachment.Subject).ShouldBe(isListed ? [index.Digest] : []);
    }

    private static IEnumerable<string> Show(ImageAttachmentList list) => list.Attachments.Select(attachment =>
        $"{attachment.Source} {attachment.Descriptor.Digest} {attachment.ArtifactType} of {attachment.Subject} by {attachment.Tag}");
}
