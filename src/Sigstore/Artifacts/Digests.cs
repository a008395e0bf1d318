using System.Security.Cryptography;

namespace RegistryOperator.Sigstore.Artifacts;

/// <summary>The digest algorithms that Sigstore's clients accept, under the names of protobuf, OCI and in-toto.</summary>
internal static class Digests
{
    public static readonly IReadOnlyList<HashAlgorithmName> Algorithms = [HashAlgorithmName.SHA256, HashAlgorithmName.SHA384, HashAlgorithmName.SHA512];

    public static bool TryParse(string? name, out HashAlgorithmName algorithm)
    {
        HashAlgorithmName? found = name switch
        {
            "sha256" or "SHA2_256" or "1" => HashAlgorithmName.SHA256,
            "sha384" or "SHA2_384" or "2" => HashAlgorithmName.SHA384,
            "sha512" or "SHA2_512" or "3" => HashAlgorithmName.SHA512,
            _ => null,
        };
        algorithm = found.GetValueOrDefault();
        return found is not null;
    }

    public static string NameOf(HashAlgorithmName algorithm) => algorithm.Name!.ToLowerInvariant();

    public static int LengthOf(HashAlgorithmName algorithm) => algorithm.Name switch
    {
        "SHA256" => 32,
        "SHA384" => 48,
        _ => 64,
    };

    public static bool TryReadHex(string text, out byte[] bytes)
    {
        bytes = [];
        if (text.Length % 2 != 0 || text.Length > 256 || !text.All(char.IsAsciiHexDigit)) return false;
        bytes = Convert.FromHexString(text);
        return true;
    }
}
