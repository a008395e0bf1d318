using RegistryOperator.Sigstore.Findings;
using RegistryOperator.Sigstore.Formats;

namespace RegistryOperator.Sigstore.Statements;

/// <summary>The payload that cosign signs for an image: https://github.com/containers/image/blob/main/docs/containers-signature.5.md.</summary>
internal static class ImageSignature
{
    /// <summary>The digest of the manifest that is signed, such as <c>sha256:…</c>.</summary>
    public static string ReadManifestDigest(byte[] payload)
    {
        try
        {
            var critical = JsonMessage.Parse(payload, "payload").RequiredMessage("critical");
            var type = critical.RequiredText("type");
            if (type is not ("cosign container image signature" or "atomic container signature"))
                throw RejectedException.Invalid($"{critical.Where}.type is {Words.Quote(type)}.");
            return critical.RequiredMessage("image").RequiredText("docker-manifest-digest");
        }
        catch (RejectedException problem)
        {
            throw new RejectedException(VerificationReasons.InvalidStatement, $"The signed payload names no image: {problem.Message}");
        }
    }
}
