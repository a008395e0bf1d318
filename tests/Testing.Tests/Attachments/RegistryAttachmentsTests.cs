using RegistryOperator.Abstractions.Attachments;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Testing.Attachments;
using RegistryOperator.Testing.Conformance;
using RegistryOperator.Testing.Images;
using RegistryOperator.Testing.Registries;
using RegistryOperator.Testing.Tests.Conformance;

namespace RegistryOperator.Testing.Tests.Attachments;

public sealed class RegistryAttachmentsTests : IDisposable
{
    private const string Note = "application/vnd.example.note";

    private readonly HttpClient _http = new();
    private readonly TestImage _image = new ImageBuilder().Build();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task ListAsync_EveryPlace_IsFound()
    {
        await using var registry = await InMemoryRegistry.StartAsync(Stop);
        var index = new IndexBuilder().WithImage(_image).WithAttestation(_image, "https://slsa.dev/provenance/v0.2", "{}").Build();
        registry.Add("team/app", "1.0.0", index);
        registry.Add("team/app", null, new ArtifactBuilder().WithType(Note).WithSubject(_image.Descriptor).Build());
        var tag = $"sha256-{index.Digest.Encoded}.sig";
        registry.Add("team/app", tag, new ArtifactBuilder().WithConfig(MediaTypes.OciImageConfig, "{}").Build());
        var attachments = new RegistryAttachments(new PlainRegistryClient(_http, registry.Repository("team/app")), index.Digest, _image.Digest);

        var list = await attachments.ListAsync(Stop);

        list.IsComplete.ShouldBeTrue();
        list.Attachments.Select(attachment => (attachment.Source, attachment.ArtifactType, attachment.Subject, attachment.Tag)).ShouldBe(
        [
            (AttachmentSource.ReferrersApi, Note, _image.Digest, null),
            (AttachmentSource.CosignTag, MediaTypes.OciImageConfig, index.Digest, tag),
            (AttachmentSource.IndexEntry, MediaTypes.OciImageConfig, _image.Digest, null),
        ]);
        (await attachments.ReadManifestAsync(list.Attachments[0], Stop)).Digest.ShouldBe(list.Attachments[0].Descriptor.Digest);
    }

    [Theory]
    [InlineData(ScanScope.Repository, true)]
    [InlineData(ScanScope.Registry, false)]
    public async Task Conformance_ScannerOfAScope_IsHandedThemAsByTheHost(ScanScope scope, bool isHanded)
    {
        ImageAttachmentList? list = null;
        var scanner = new FakeScanner
        {
            Descriptor = new ScannerDescriptor("notes", ScannerKind.Custom, "1.0.0") { Scope = scope },
            Scan = async (request, token) =>
            {
                token.ThrowIfCancellationRequested();
                if (request.Attachments is { } attachments && request.Digest == _image.Digest) list = await attachments.ListAsync(token);
                return new ImageScanResult { Result = "Passed" };
            },
        };
        var note = new ArtifactBuilder().WithType(Note).WithSubject(_image.Descriptor).Build();
        var options = new ScannerConformanceOptions { SampleImage = _image, Artifacts = [note] };

        await new ScannerConformance(repository => new PlainRegistryClient(_http, repository), options).VerifyAsync(scanner, Stop);

        (list?.Attachments.Single().ArtifactType).ShouldBe(isHanded ? Note : null);
    }
}
