using System.Buffers.Binary;
using System.Security.Cryptography;

namespace RegistryOperator.Tests.Pki;

/// <summary>A certificate transparency log (RFC 6962).</summary>
public sealed class TestCertificateLog
{
    public TestKey Key { get; } = TestKey.Ecdsa();

    /// <summary>The list of signed certificate timestamps for a certificate.</summary>
    public byte[] Promise(byte[] toBeSigned, byte[] issuerKey, byte[] extensions, DateTimeOffset? time = null)
    {
        var milliseconds = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(milliseconds, (time ?? TestInstance.Now).ToUnixTimeMilliseconds());
        byte[] signed =
        [
            0, 0, .. milliseconds, 0, 1, .. SHA256.HashData(issuerKey),
            (byte)(toBeSigned.Length >> 16), (byte)(toBeSigned.Length >> 8), (byte)toBeSigned.Length, .. toBeSigned, .. Vector(extensions),
        ];
        byte[] timestamp = [0, .. Key.Id, .. milliseconds, .. Vector(extensions), 4, 3, .. Vector(Key.Sign(signed))];
        return Vector(Vector(timestamp));
    }

    private static byte[] Vector(byte[] bytes) => [(byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes];
}
