using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Transport;

namespace RegistryOperator.Oci.Reading;

/// <summary>
/// Only content that can be verified is read
/// (<see href="https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#registered-algorithms"/>).
/// </summary>
internal static class VerifiableDigests
{
    public static bool IsVerifiable(this Digest digest) => digest.Algorithm is "sha256" or "sha512";

    /// <exception cref="RegistryException">Content of this digest could not be verified.</exception>
    public static void RequireVerifiable(this RegistryErrors errors, Digest digest, RequestTarget target, Uri url)
    {
        if (digest.IsVerifiable()) return;
        throw errors.Create(RegistryErrorKind.Unsupported, target, url, $"a digest of algorithm '{digest.Algorithm}' can't be verified; sha256 and sha512 can");
    }
}
