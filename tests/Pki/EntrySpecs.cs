using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace RegistryOperator.Tests.Pki;

/// <summary>The specs of log entries, as Rekor writes them.</summary>
public static class EntrySpecs
{
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
            ? new JsonObject { ["publicKey"] = TestInstance.Raw(key), ["keyDetails"] = "PKIX_ECDSA_P256_SHA_256" }
            : new JsonObject { ["x509Certificate"] = TestInstance.Raw(certificate), ["keyDetails"] = "PKIX_ECDSA_P256_SHA_256" },
    };

    private static string Base64(byte[] bytes) => Convert.ToBase64String(bytes);
}
