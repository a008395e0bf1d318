using System.Text;

namespace RegistryOperator.Sigstore.Signatures;

/// <summary>What a DSSE envelope's signature is over: https://github.com/secure-systems-lab/dsse/blob/master/protocol.md.</summary>
internal static class PreAuthenticationEncoding
{
    public static byte[] Of(string payloadType, ReadOnlySpan<byte> payload)
    {
        var type = Encoding.UTF8.GetByteCount(payloadType);
        var header = Encoding.UTF8.GetBytes($"DSSEv1 {type} {payloadType} {payload.Length} ");
        var encoded = new byte[header.Length + payload.Length];
        header.CopyTo(encoded, 0);
        payload.CopyTo(encoded.AsSpan(header.Length));
        return encoded;
    }
}
