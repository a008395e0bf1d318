using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace RegistryOperator.Tests.Pki;

/// <summary>The specs of log entries, as Rekor writes them: names in alphabetical order (RFC 8785), which some clients write anew before they hash.</summary>
public static class EntrySpecs
{
    private const string KeyDetails = "PKIX_ECDSA_P256_SHA_256";

    public static JsonObject Of(string kind, byte[] message, byte[]? payload, byte[] signature, string pem, byte[]? certificate, byte[] key) => kind switch
    {
        "hashedrekord 0.0.1" => new JsonObject
        {
            ["data"] = new JsonObject { ["hash"] = Hash(message) },
            ["signature"] = new JsonObject { ["content"] = Base64(signature), ["publicKey"] = new JsonObject { ["content"] = pem } },
        },
        "hashedrekord 0.0.2" => new JsonObject
        {
            ["hashedRekordV002"] = new JsonObject { ["data"] = HashOutput(message), ["signature"] = Signature2(signature, certificate, key) },
        },
        "dsse 0.0.1" => new JsonObject
        {
            // Of the envelope as it was uploaded, which nobody can compare: a bundle has another.
            ["envelopeHash"] = Hash(message),
            ["payloadHash"] = Hash(payload!),
            ["signatures"] = new JsonArray(new JsonObject { ["signature"] = Base64(signature), ["verifier"] = pem }),
        },
        "dsse 0.0.2" => new JsonObject
        {
            ["dsseV002"] = new JsonObject { ["payloadHash"] = HashOutput(payload!), ["signatures"] = new JsonArray(Signature2(signature, certificate, key)) },
        },
        "intoto 0.0.2" => new JsonObject
        {
            ["content"] = new JsonObject
            {
                ["payloadHash"] = Hash(payload!),
                ["envelope"] = new JsonObject
                {
                    ["signatures"] = new JsonArray(new JsonObject { ["sig"] = Base64(Encoding.ASCII.GetBytes(Base64(signature))), ["publicKey"] = pem }),
                },
            },
        },
        _ => [],
    };

    private static JsonObject Hash(byte[] bytes) => new() { ["algorithm"] = "sha256", ["value"] = Convert.ToHexStringLower(SHA256.HashData(bytes)) };

    private static JsonObject HashOutput(byte[] bytes) => new() { ["algorithm"] = "SHA2_256", ["digest"] = Base64(SHA256.HashData(bytes)) };

    private static JsonObject Signature2(byte[] signature, byte[]? certificate, byte[] key) => new()
    {
        ["content"] = Base64(signature),
        ["verifier"] = certificate is null
            ? new JsonObject { ["keyDetails"] = KeyDetails, ["publicKey"] = TestInstance.Raw(key) }
            : new JsonObject { ["keyDetails"] = KeyDetails, ["x509Certificate"] = TestInstance.Raw(certificate) },
    };

    private static string Base64(byte[] bytes) => Convert.ToBase64String(bytes);
}
