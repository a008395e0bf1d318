using CsCheck;
using RegistryOperator.Sigstore.Formats;

namespace RegistryOperator.Sigstore.Tests.Formats;

public class Base64TextTests
{
    [Fact]
    public void TryDecode_AnyBytesInAnyForm_GivesThem() =>
        Gen.Select(Gen.Byte.Array[0, 200], Gen.Bool, Gen.Bool, Gen.Bool).Sample((bytes, isUrl, isPadded, isWrapped) =>
        {
            var text = Convert.ToBase64String(bytes, isWrapped ? Base64FormattingOptions.InsertLineBreaks : Base64FormattingOptions.None);
            if (isUrl) text = text.Replace('+', '-').Replace('/', '_');
            if (!isPadded) text = text.TrimEnd('=');

            return Base64Text.TryDecode(text, out var read) && read.AsSpan().SequenceEqual(bytes);
        });

    [Theory]
    [InlineData(" ")]
    [InlineData("A")]
    [InlineData("AAAAA")]
    [InlineData("AA AA")]
    [InlineData("AA\tAA")]
    [InlineData("AA==AA==")]
    [InlineData("=AAA")]
    [InlineData("AAA\u0085")]
    [InlineData("AAA\u2028")]
    [InlineData("ÄÄÄÄ")]
    [InlineData("A.AA")]
    public void TryDecode_AnythingElse_IsRefused(string text)
    {
        Base64Text.TryDecode(text, out var bytes).ShouldBeFalse();
        bytes.ShouldBeEmpty();
    }

    /// <summary>What is decoded from a damaged text is not what was encoded, but for the bits behind the last byte.</summary>
    [Fact]
    public void TryDecode_DamagedCharacter_NeverThrows() => Gen.Select(Gen.Byte.Array[1, 60], Gen.Int[0, 79], Gen.Char).Sample((bytes, place, character) =>
    {
        var text = Convert.ToBase64String(bytes).ToCharArray();
        text[place % text.Length] = character;

        return !Base64Text.TryDecode(new string(text), out var read) || read.Length <= bytes.Length + 2;
    });
}
