using System.Formats.Asn1;
using RegistryOperator.Sigstore.Findings;

namespace RegistryOperator.Sigstore.Certificates;

/// <summary>The identity in a signing certificate: its one alternative name, an address, a URI, or Fulcio's own kind for user names.</summary>
internal static class SubjectNames
{
    private const string SchemeEnd = "://";
    private const string FulcioUserName = "1.3.6.1.4.1.57264.1.7";

    public static string ReadIdentity(Certificate certificate)
    {
        if (certificate.Extensions.Value("2.5.29.17") is not { } value)
            throw new RejectedException(VerificationReasons.UntrustedCertificate, "The certificate has no subject alternative name, so it names no identity.");
        try
        {
            var extension = new AsnReader(value, AsnEncodingRules.DER);
            var names = extension.ReadSequence();
            extension.ThrowIfNotEmpty();
            var identity = ReadName(names);
            // Which of several is meant, a policy can't know.
            return identity is not null && !names.HasData
                ? identity
                : throw new RejectedException(
                    VerificationReasons.UntrustedCertificate,
                    "The certificate has not just one identity of a kind that Fulcio issues.");
        }
        catch (AsnContentException problem)
        {
            throw RejectedException.Invalid($"The certificate's subject alternative name can't be read: {problem.Message}");
        }
    }

    private static string? ReadUserName(AsnReader other)
    {
        if (other.ReadObjectIdentifier() != FulcioUserName) return null;
        var value = other.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0));
        other.ThrowIfNotEmpty();
        var name = value.ReadCharacterString(UniversalTagNumber.UTF8String);
        value.ThrowIfNotEmpty();
        return name.Contains(SchemeEnd, StringComparison.Ordinal) ? null : name;
    }

    private static string? ReadName(AsnReader names)
    {
        var tag = names.PeekTag();
        if (tag.TagClass != TagClass.ContextSpecific) return null;
        switch (tag.TagValue)
        {
            case 0:
                return ReadUserName(names.ReadSequence(tag));
            // An address that looks like a URI, or the other way round, is meant to be taken for what it is not.
            case 1:
                return names.ReadCharacterString(UniversalTagNumber.IA5String, tag) is var address && !address.Contains(SchemeEnd, StringComparison.Ordinal)
                    ? address
                    : null;
            case 6:
                return names.ReadCharacterString(UniversalTagNumber.IA5String, tag) is var uri && uri.IndexOf(':', StringComparison.Ordinal) > 0 ? uri : null;
            default:
                return null;
        }
    }
}
