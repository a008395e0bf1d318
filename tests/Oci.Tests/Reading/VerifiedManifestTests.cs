using System.Text;
using System.Text.Json;
using CsCheck;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Reading;
using RegistryOperator.Oci.Tests.Support;

namespace RegistryOperator.Oci.Tests.Reading;

public sealed class VerifiedManifestTests
{
    private static readonly string?[] Types =
    [
        null, "", "application/json", "text/plain", MediaTypes.OciIndex, MediaTypes.OciManifest, MediaTypes.DockerManifest, MediaTypes.DockerManifestList,
        MediaTypes.DockerManifestSchema1, MediaTypes.DockerManifestSchema1Signed, "application/vnd.acme.chart",
    ];

    private static readonly Gen<string> Documents =
        from version in OneOf("", "\"schemaVersion\":1", "\"schemaVersion\":2")
        from type in OneOf(Types)
        from members in OneOf("", "\"layers\":[]", "\"manifests\":[]", "\"fsLayers\":[],\"signatures\":[]", "\"config\":{}")
        select "{" + string.Join(',', new[] { version, type is null ? "" : $"\"mediaType\":\"{type}\"", members }.Where(member => member.Length > 0)) + "}";

    [Fact]
    public void Verify_WhateverTheTypes_GivesOnlyWhatHashesToItsDigest() =>
        Gen.Select(Documents, Documents, OneOf(Types), Gen.Bool).Sample((document, other, type, isAsked) =>
        {
            var content = Encoding.UTF8.GetBytes(document);
            var expected = Digest.Compute(Encoding.UTF8.GetBytes(other));
            try
            {
                var manifest = VerifiedManifest.Verify(content, type, expected, isAsked);
                manifest.Digest.Matches(manifest.Manifest.Content.Span).ShouldBeTrue();
                // Whoever asks by a digest gets that one. A tag's digest is the announced one, or it is schema 1, which nobody keeps.
                if (manifest.Digest != expected) (isAsked, MediaTypes.IsSchema1(manifest.MediaType)).ShouldBe((false, true));
            }
            catch (UnverifiedManifestException wrong)
            {
                wrong.Kind.ShouldBeOneOf(RegistryErrorKind.DigestMismatch, RegistryErrorKind.Unsupported, RegistryErrorKind.InvalidResponse);
            }
        });

    [Theory]
    [InlineData("""{"schemaVersion":1,"mediaType":"application/vnd.oci.image.manifest.v1+json","layers":[]}""", null)]
    [InlineData("""{"schemaVersion":1,"mediaType":"application/vnd.oci.image.manifest.v1+json","layers":[]}""", MediaTypes.DockerManifestSchema1Signed)]
    [InlineData("""{"schemaVersion":1,"layers":[]}""", MediaTypes.OciManifest)]
    [InlineData("""{"schemaVersion":1,"manifests":[]}""", MediaTypes.OciIndex)]
    [InlineData("""{"schemaVersion":2,"layers":[]}""", MediaTypes.OciManifest)]
    [InlineData("not json", MediaTypes.DockerManifestSchema1)]
    public void Verify_AnotherContentForADigest_IsAMismatchWhateverItsSchemaVersion(string document, string? type) =>
        Fail(document, type, Digest.Compute("another"u8)).Kind.ShouldBe(RegistryErrorKind.DigestMismatch);

    [Theory]
    [InlineData("""{"mediaType":"application/vnd.oci.image.manifest.v1+json","layers":[],"layers":[]}""", "layers")]
    [InlineData("""{"mediaType":"a","layers":[],"mediaType":"application/vnd.oci.image.index.v1+json"}""", "mediaType")]
    [InlineData("""{"config":{},"layers":[],"config":{}}""", "config")]
    [InlineData("""{"layers":[],"x":1,"x":2}""", "x")]
    [InlineData("""{"layers":[],"\u006cayers":[]}""", "layers")]
    [InlineData("""{"layers":[],"Layers":[]}""", "Layers")]
    [InlineData("""{"Layers":[]}""", "Layers")]
    [InlineData("""{"layer\u017F":[]}""", "layer\u017F")]
    [InlineData("""{"subject":{},"SUBJECT":{}}""", "SUBJECT")]
    public void Verify_MemberTwiceOrInAnotherCase_IsRefusedAsAmbiguous(string document, string name)
    {
        var error = Fail(document, MediaTypes.OciManifest, expected: null);

        error.Kind.ShouldBe(RegistryErrorKind.InvalidResponse);
        error.Message.ShouldContain($"'{name}'");
        error.Message.ShouldContain("ambiguous");
    }

    [Theory]
    [InlineData("""{"layers":[{"digest":1,"digest":2}]}""", "digest")]
    [InlineData("""{"config":{"digest":"a","Digest":"b"},"layers":[]}""", "Digest")]
    [InlineData("""{"config":{"digest":"a","d\u0069gest":"b"},"layers":[]}""", "digest")]
    [InlineData("""{"layers":[{"digest":"a","\u0053ize":1}]}""", "Size")]
    [InlineData("""{"manifests":[{"digest":"a","platform":{"os":"linux","OS":"windows"}}]}""", "OS")]
    [InlineData("""{"manifests":[{"digest":"a","platform":{"o\u017F":"windows"}}]}""", "o\u017F")]
    [InlineData("""{"subject":{"Digest":"a"},"layers":[]}""", "Digest")]
    public void Verify_MemberTwiceOrInAnotherCaseBelow_IsRefusedAsAmbiguous(string document, string name)
    {
        var error = Fail(document, MediaTypes.OciManifest, expected: null);

        error.Kind.ShouldBe(RegistryErrorKind.InvalidResponse);
        error.Message.ShouldContain($"'{name}'");
        error.Message.ShouldContain("ambiguous");
    }

    [Theory]
    [InlineData("""{"layers":[],"annotations":{"a":"1","A":"2"}}""")]
    [InlineData("""{"layers":[{"annotations":{"digest":"1","Digest":"2"}}]}""")]
    [InlineData("""{"layers":[{"digest":"a"},{"digest":"b"}]}""")]
    [InlineData("""{"layers":[],"annotations":{"a":"1","a":"2"}}""")]
    [InlineData("""{"layers":[{"x":1,"X":1}]}""")]
    [InlineData("""{"layers":[],"x":{"y":1,"y":2}}""")]
    public void Verify_NamesThatAreFreeOrUnread_AreTaken(string document) =>
        VerifiedManifest.Verify(Encoding.UTF8.GetBytes(document), MediaTypes.OciManifest, null, isAsked: false).MediaType.ShouldBe(MediaTypes.OciManifest);

    [Theory]
    [InlineData(256, true)]
    [InlineData(257, false)]
    public void Verify_UnknownMembers_AreTakenUpToALimit(int count, bool isTaken)
    {
        var document = $$"""{"layers":[],{{string.Join(',', Enumerable.Range(0, count).Select(i => $"\"x{i}\":1"))}}}""";

        if (isTaken) VerifiedManifest.Verify(Encoding.UTF8.GetBytes(document), MediaTypes.OciManifest, null, isAsked: false).ShouldNotBeNull();
        else Fail(document, MediaTypes.OciManifest, expected: null).Message.ShouldContain("more than 256 members");
    }

    [Theory]
    [InlineData("""{"mediaType":"\ud800","layers":[]}""")]
    [InlineData("""{"mediaType":"{0xFF}","layers":[]}""")]
    [InlineData("""{"\udfff":1,"layers":[]}""")]
    [InlineData("""{"{0xFF}":1,"layers":[]}""")]
    [InlineData("""{"config":{"\ud800":1},"layers":[]}""")]
    public void Verify_StringThatIsNoText_IsNoDocument(string document)
    {
        var error = Should.Throw<UnverifiedManifestException>(
            () => VerifiedManifest.Verify(Damaged.Bytes(document), MediaTypes.OciManifest, null, isAsked: false));

        error.Kind.ShouldBe(RegistryErrorKind.InvalidResponse);
    }

    [Theory]
    [InlineData("""{"config":{"User":"nobody"},"Config":{"User":"root"}}""", "Config")]
    [InlineData("""{"config":{"User":"nobody","user":"root"}}""", "user")]
    [InlineData("""{"config":{"User":"nobody","User":"root"}}""", "User")]
    [InlineData("""{"os":"linux","OS":"windows"}""", "OS")]
    [InlineData("""{"rootfs":{"diff_ids":[],"Diff_IDs":[]}}""", "Diff_IDs")]
    [InlineData("""{"history":[{"created_by":"a","Created_By":"b"}]}""", "Created_By")]
    public void ReadImageConfiguration_ReadDifferentlyByOthers_IsRefused(string document, string name) =>
        Should.Throw<JsonException>(() => VerifiedContent.Of(Encoding.UTF8.GetBytes(document)).ReadImageConfiguration()).Message.ShouldContain($"'{name}'");

    [Fact]
    public void ReadImageConfiguration_UsualDocument_IsRead()
    {
        const string Document = """
            {"architecture":"amd64","os":"linux","config":{"Hostname":"","User":"me","Labels":{"a":"1","A":"2"},"ExposedPorts":{"80/tcp":{}}},
             "container_config":{"Hostname":"x","Labels":{}},"history":[{"created_by":"a"},{"created_by":"b"}],"rootfs":{"type":"layers","diff_ids":[]}}
            """;

        var configuration = VerifiedContent.Of(Encoding.UTF8.GetBytes(Document)).ReadImageConfiguration();

        configuration.Config!.User.ShouldBe("me");
        configuration.Config.Labels!.Count.ShouldBe(2);
    }

    [Fact]
    public void TryVerify_Content_HasTheDigestOrIsNone()
    {
        VerifiedContent.TryVerify(Digest.Compute("a"u8), "a"u8.ToArray(), out var content).ShouldBeTrue();
        content!.Digest.ShouldBe(Digest.Compute("a"u8));
        VerifiedContent.TryVerify(Digest.Compute("a"u8), "b"u8.ToArray(), out content).ShouldBeFalse();
        content.ShouldBeNull();
        VerifiedContent.TryVerify(Digest.Parse("blake3:abcdef"), "a"u8.ToArray(), out _).ShouldBeFalse();
    }

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private static UnverifiedManifestException Fail(string document, string? type, Digest? expected) => Should.Throw<UnverifiedManifestException>(
        () => VerifiedManifest.Verify(Encoding.UTF8.GetBytes(document), type, expected, isAsked: expected is not null));
}
