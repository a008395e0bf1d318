using RegistryOperator.Sigstore.Artifacts;
using RegistryOperator.Sigstore.Findings;
using RegistryOperator.Sigstore.Formats;

namespace RegistryOperator.Sigstore.Bundles;

/// <summary>Reads the JSON of https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_bundle.proto.</summary>
internal static class BundleReader
{
    private const string MediaType = "application/vnd.dev.sigstore.bundle";

    public static BundleContent Read(ReadOnlyMemory<byte> json)
    {
        if (json.Length > BundleLimits.Bytes)
            throw new RejectedException(VerificationReasons.TooLarge, $"The bundle has {json.Length} bytes; up to {BundleLimits.Bytes} are read.");
        var bundle = JsonMessage.Parse(json, "bundle");
        var version = ReadVersion(bundle.RequiredText("mediaType"));
        bundle.Only("mediaType", "verificationMaterial", "messageSignature", "dsseEnvelope");
        var material = bundle.RequiredMessage("verificationMaterial")
            .Only("publicKey", "x509CertificateChain", "certificate", "tlogEntries", "timestampVerificationData");
        var entries = material.Messages("tlogEntries", BundleLimits.Entries).Select(LogEntryReader.Read).ToArray();
        if (entries.DistinctBy(entry => (Convert.ToHexString(entry.LogId), entry.LogIndex)).Count() != entries.Length)
            throw RejectedException.Invalid("bundle.verificationMaterial.tlogEntries has the same entry twice.");
        return new BundleContent(version, ReadSigned(bundle), ReadCertificates(material, version), entries, ReadTimestamps(material));
    }

    private static BundleVersion ReadVersion(string mediaType) => mediaType switch
    {
        MediaType + "+json;version=0.1" or MediaType + ".v0.1+json" => BundleVersion.V01,
        MediaType + "+json;version=0.2" or MediaType + ".v0.2+json" => BundleVersion.V02,
        MediaType + "+json;version=0.3" or MediaType + ".v0.3+json" => BundleVersion.V03,
        _ => throw new RejectedException(
            VerificationReasons.UnsupportedBundle, $"bundle.mediaType is {Words.Quote(mediaType)}; bundles of version 0.1, 0.2 and 0.3 are read."),
    };

    private static SignedContent ReadSigned(JsonMessage bundle) => (bundle.Message("messageSignature"), bundle.Message("dsseEnvelope")) switch
    {
        ({ } signature, null) => ReadMessageSignature(signature.Only("messageDigest", "signature")),
        (null, { } envelope) => EnvelopeReader.ReadOnlySigned(envelope),
        _ => throw RejectedException.Invalid("bundle needs either messageSignature or dsseEnvelope."),
    };

    private static MessageSignature ReadMessageSignature(JsonMessage signature)
    {
        var bytes = signature.RequiredBytes("signature");
        if (signature.Message("messageDigest") is not { } digest) return new MessageSignature(bytes, default, Digest: null);
        digest.Only("algorithm", "digest");
        if (!Digests.TryParse(digest.Enumeration("algorithm"), out var algorithm))
        {
            throw new RejectedException(
                VerificationReasons.UnsupportedAlgorithm,
                $"{digest.Where}.algorithm is {Words.Quote(digest.Enumeration("algorithm"))}; SHA2_256, SHA2_384 and SHA2_512 are known.");
        }

        return new MessageSignature(bytes, algorithm, digest.RequiredBytes("digest"));
    }

    private static IReadOnlyList<byte[]> ReadCertificates(JsonMessage material, BundleVersion version)
    {
        var key = material.Message("publicKey")?.Only("hint");
        var chain = material.Message("x509CertificateChain")?.Only("certificates");
        var single = material.Message("certificate")?.Only("rawBytes");
        if ((key is null ? 0 : 1) + (chain is null ? 0 : 1) + (single is null ? 0 : 1) != 1)
            throw RejectedException.Invalid($"{material.Where} needs one of publicKey, certificate and x509CertificateChain.");
        if (single is { } certificate) return [certificate.RequiredBytes("rawBytes")];
        if (chain is not { } certificates) return [];
        if (version == BundleVersion.V03)
        {
            throw RejectedException.Invalid(
                $"{certificates.Where} has no place in a bundle of version 0.3, which has one certificate.");
        }
        var all = certificates.Messages("certificates", BundleLimits.Certificates).Select(one => one.Only("rawBytes").RequiredBytes("rawBytes")).ToArray();
        return all.Length > 0 ? all : throw RejectedException.Invalid($"{certificates.Where}.certificates is empty.");
    }

    private static byte[][] ReadTimestamps(JsonMessage material) => material.Message("timestampVerificationData")?.Only("rfc3161Timestamps") is { } data
        ? [.. data.Messages("rfc3161Timestamps", BundleLimits.Timestamps).Select(one => one.Only("signedTimestamp").RequiredBytes("signedTimestamp"))]
        : [];
}
