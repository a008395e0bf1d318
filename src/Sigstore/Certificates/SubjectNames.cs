using System.Formats.Asn1;
using RegistryOperator.Sigstore.Findings;

namespace RegistryOperator.Sigstore.Certificates;

/// <summary>The identity in a signing certificate: its one alternative name, an address, a URI, or Fulcio's own kind for user names.</summary>
internal static class SubjectNames
{
    private const string FulcioUserName = "1.3.6.1.4.1.57264.1.7";

    public static string ReadIdentity(Certificate certificate)
    {
        if (certificate.Extensions.Value("2.5.29.17") is not { } value)
            throw new RejectedException(VerificationReasons.UntrustedCertificate, "The certificate has no subject alternative name, so it names no identity.");
        try
        {
            var names = new AsnReader(value, AsnEncodingRules.DER).ReadSequence();
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

    private static string? ReadName(AsnReader names)
    {
        var tag = names.PeekTag();
        if (tag.TagClass != TagClass.ContextSpecific) return null;
        switch (tag.TagValue)
        {
            case 0:
                var other = names.ReadSequence(tag);
                return other.ReadObjectIdentifier() == FulcioUserName
                    ? other.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0)).ReadCharacterString(UniversalTagNumber.UTF8String)
                    : null;
            case 1 or 6:
                return names.ReadCharacterString(UniversalTagNumber.IA5String, tag);
            default:
                return null;
        }
    }
}
