using System.Text;

namespace RegistryOperator.Sboms.Tests;

/// <summary>Documents written in a test.</summary>
internal static class Text
{
    /// <summary>The text as the reader takes it.</summary>
    public static ReadOnlyMemory<byte> Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
