using System.Globalization;
using System.Text;
using CsCheck;
using RegistryOperator.Host.Text;

namespace RegistryOperator.Host.Tests.Text;

public class PlainTextTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("plain words", "plain words")]
    [InlineData("  of \t two\r\nlines \n", "of two lines")]
    [InlineData("\u001b[1;31mred\u001b[0m", "red")]
    [InlineData("\u001b]0;title\u0007text", "text")]
    [InlineData("bell\u0007 null\0 delete\u007f", "bell null delete")]
    [InlineData("\u009b31mC1", "31mC1")]
    [InlineData("abc\u202edcba", "abcdcba")] // would be read backwards
    [InlineData("zero\u200bwidth", "zerowidth")]
    [InlineData("line\u2028separator", "line separator")]
    [InlineData("Größe, 図, 🎉", "Größe, 図, 🎉")]
    public void OneLine_Text_IsWhatAReaderSees(string text, string expected) => PlainText.OneLine(text, 100).ShouldBe(expected);

    [Theory]
    [InlineData("12345", 5, "12345")]
    [InlineData("123456", 5, "1234…")]
    [InlineData("üüüüü", 5, "üüüüü")]
    [InlineData("üüüüüü", 5, "üüüü…")]
    [InlineData("123🎉56", 5, "123…")] // not half a character
    public void OneLine_LongText_IsCut(string text, int longest, string expected) => PlainText.OneLine(text, longest).ShouldBe(expected);

    [Fact]
    public void OneLine_AnyText_IsCleanBoundedAndStaysAsItIs() =>
        Gen.String[Gen.Char, 0, 80].Select(Gen.Int[2, 40]).Sample((text, longest) =>
        {
            var line = PlainText.OneLine(text, longest);

            return line.Length <= longest && PlainText.OneLine(line, longest) == line && !line.Contains("  ", StringComparison.Ordinal)
                && line.EnumerateRunes().All(IsClean);
        });

    private static bool IsClean(Rune rune) => Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
