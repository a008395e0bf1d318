using System.Text;
using CsCheck;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Reading;

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
    [InlineData("""{"layers":[{"digest":1,"digest":2}]}""")]
    [InlineData("""{"layers":[],"annotations":{"a":"1","A":"2"}}""")]
    public void Verify_MembersDeeperDown_AreLeftToTheirReaders(string document) =>
        VerifiedManifest.Verify(Encoding.UTF8.GetBytes(document), MediaTypes.OciManifest, null, isAsked: false).MediaType.ShouldBe(MediaTypes.OciManifest);

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
