using System.Globalization;
using System.Text;
using CsCheck;
using RegistryOperator.Host.Text;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Tests.Text;

public class TerminalTextTests
{
    /// <summary>Any text: letters, controls, marks and halves of surrogate pairs.</summary>
    internal static readonly Gen<string> AnyText = Gen.OneOf(
        Gen.Char['\0', '\uFFFF'].Array[0, 12].Select(characters => new string(characters)),
        Gen.Int[0, 0x10FFFF].Where(value => value is < 0xD800 or > 0xDFFF).Array[0, 8].Select(values => string.Concat(values.Select(char.ConvertFromUtf32))),
        Choose(
            "plain", "[red]x[/]", "\u001b[31mred\u001b[0m", "a\nb", "a\tb", "\u202Egnp.exe", "zero\u200Bwidth", "日本語", "e\u0301",
            "\u009b2J", "\uD800", "👩\u200D🚀"));

    internal static Gen<T> Choose<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    [Theory]
    [InlineData("v1.2.3-rc.1_x+y", "v1.2.3-rc.1_x+y")]
    [InlineData("", "")]
    [InlineData("[red]not markup[/]", "[red]not markup[/]")]
    [InlineData("a\nb\rc\td\u000Be\u000Cf", "a b c d e f")]
    [InlineData("a\u0085b\u2028c\u2029d", "a b c d")]
    [InlineData("\u001b[31mred\u001b[0m", "\uFFFD[31mred\uFFFD[0m")]
    [InlineData("\u001b]0;title\u0007", "\uFFFD]0;title\uFFFD")]
    [InlineData("\0\b\u007f", "\uFFFD\uFFFD\uFFFD")]
    [InlineData("\u009b2J\u0080", "\uFFFD2J\uFFFD")]
    [InlineData("a\u202Eb\u2066c\u200Fd\u061Ce", "a\uFFFDb\uFFFDc\uFFFDd\uFFFDe")]
    [InlineData("a\u200Bb\u200Cc\u200Dd\u2060e\uFEFFf\u00ADg", "a\uFFFDb\uFFFDc\uFFFDd\uFFFDe\uFFFDf\uFFFDg")]
    [InlineData("a\u034Fb\u115Fc\u1160d\u3164e\uFFA0f\u180Eg\uFE00h", "a\uFFFDb\uFFFDc\uFFFDd\uFFFDe\uFFFDf\uFFFDg\uFFFDh")]
    [InlineData("a\u17B4b\u17B5c\u180Bd\u180Fe\uFE0Df\U000E0000g\U000E0FFFh", "a\uFFFDb\uFFFDc\uFFFDd\uFFFDe\uFFFDf\uFFFDg\uFFFDh")]
    [InlineData("tag\U000E0041\U000E0100", "tag\uFFFD\uFFFD")]
    [InlineData("ünïcode 日本語 😀 ☁\uFE0F e\u0301", "ünïcode 日本語 😀 ☁\uFE0F e\u0301")]
    public void Clean_StrangersText_ShowsWhatItIs(string text, string expected) => OutsideText.Visible(text).ShouldBe(expected);

    // Not as data of a theory, which an assembly keeps in UTF-8.
    [Fact]
    public void Clean_HalfOfASurrogatePair_IsReplaced()
    {
        OutsideText.Visible("a\uD800b").ShouldBe("a\uFFFDb");
        OutsideText.Visible("a\uDC00b").ShouldBe("a\uFFFDb");
    }

    [Fact]
    public void Clean_AnyText_HasNoControlAndIsCleanAlready() => AnyText.Sample(text =>
    {
        var clean = OutsideText.Visible(text);
        ShouldBeHarmless(clean);
        OutsideText.Visible(clean).ShouldBe(clean);
        clean.EnumerateRunes().Count().ShouldBe(text.EnumerateRunes().Count());
    });

    [Theory]
    [InlineData("", 0)]
    [InlineData("abc", 3)]
    [InlineData("日本", 4)]
    [InlineData("e\u0301", 1)]
    public void Width_OfCharacters_IsTheirColumns(string text, int expected) => new TerminalText(text).Width.ShouldBe(expected);

    [Fact]
    public void Text_OfNothing_IsEmpty()
    {
        default(TerminalText).Text.ShouldBe("");
        new TerminalText(null).Text.ShouldBe("");
        ((TerminalText)(string?)null).Tone.ShouldBe(Tone.Plain);
    }

    /// <summary>No character of a text for people moves, hides or reorders anything but by ending its line.</summary>
    internal static void ShouldBeHarmless(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                Rune.GetUnicodeCategory(new Rune(text[i], text[i + 1])).ShouldNotBe(UnicodeCategory.Format);
                i++;
                continue;
            }

            if (text[i] == '\n') continue;
            char.GetUnicodeCategory(text[i]).ShouldNotBeOneOf(
                UnicodeCategory.Control, UnicodeCategory.Format, UnicodeCategory.Surrogate, UnicodeCategory.LineSeparator, UnicodeCategory.ParagraphSeparator);
        }
    }
}
