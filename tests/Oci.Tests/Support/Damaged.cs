using System.Text;

namespace RegistryOperator.Oci.Tests.Support;

/// <summary>Documents with bytes that are no UTF-8.</summary>
internal static class Damaged
{
    /// <summary>The document, in which <c>{0xFF}</c> is one such byte.</summary>
    public static byte[] Bytes(string document) => Encoding.Latin1.GetBytes(document.Replace("{0xFF}", "\u00FF", StringComparison.Ordinal));
}
