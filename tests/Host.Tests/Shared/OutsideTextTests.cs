using System.Globalization;
using System.Text;
using CsCheck;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Tests.Shared;

public class OutsideTextTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("plain words", "plain words")]
    [InlineData("  of \t two\r\nlines \n", "of two lines")]
    [InlineData("\u001b[1;31mred\u001b[0m", "\uFFFD[1;31mred\uFFFD[0m")]
    [InlineData("\u001b]0;title\u0007text", "\uFFFD]0;title\uFFFDtext")]
    [InlineData("bell\u0007 null\0 delete\u007f", "bell\uFFFD null\uFFFD delete\uFFFD")]
    [InlineData("\u009b31mC1", "\uFFFD31mC1")]
    [InlineData("abc\u202edcba", "abc\uFFFDdcba")] // would be read backwards
    [InlineData("zero\u200bwidth", "zero\uFFFDwidth")]
    [InlineData("line\u2028separator", "line separator")]
    [InlineData("Größe, 図, 🎉", "Größe, 図, 🎉")]
    public void Of_Text_IsWhatAReaderSees(string text, string expected) => OutsideText.Of(text).ToString().ShouldBe(expected);

    [Theory]
    [InlineData("12345", 5, "12345")]
    [InlineData("123456", 5, "1234…")]
    [InlineData("üüüüü", 5, "üüüüü")]
    [InlineData("üüüüüü", 5, "üüüü…")]
    [InlineData("123🎉56", 5, "123…")] // not half a character
    public void Of_LongText_IsCut(string text, int longest, string expected) => OutsideText.Of(text, longest).ToString().ShouldBe(expected);

    [Fact]
    public void Of_AnyText_IsCleanBoundedAndStaysAsItIs() =>
        Gen.String[Gen.Char, 0, 80].Select(Gen.Int[2, 40]).Sample((text, longest) =>
        {
            string line = OutsideText.Of(text, longest);

            return line.Length <= longest && OutsideText.Of(line, longest) == line && !line.Contains("  ", StringComparison.Ordinal)
                && line.EnumerateRunes().All(IsClean);
        });

    [Theory]
    [InlineData("12345", 5, "12345")]
    [InlineData("123456", 5, "…3456")]
    [InlineData("12🎉456", 5, "…456")] // not half a character
    [InlineData(" 1\n2 ", 5, "1 2")]
    public void EndOf_LongText_KeepsItsEnd(string text, int longest, string expected) => OutsideText.EndOf(text, longest).ToString().ShouldBe(expected);

    [Fact]
    public void Of_SecretAtThePlaceOfTheCut_IsMaskedBeforeTheCut()
    {
        string Conceal(string text) => text.Replace("hunter2", "***", StringComparison.Ordinal);
        var text = new string('x', OutsideText.Longest - 4) + "hunter2";

        OutsideText.Of(text, conceal: Conceal).ToString().ShouldNotContain("hun");
        OutsideText.EndOf("hunter2" + new string('x', OutsideText.Longest - 4), conceal: Conceal).ToString().ShouldNotContain("er2");
    }

    [Fact]
    public void Of_NothingSaid_IsCutAtFiveHundred() => OutsideText.Of(new string('x', 10_000)).ToString().Length.ShouldBe(500);

    private static bool IsClean(Rune rune) => Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
