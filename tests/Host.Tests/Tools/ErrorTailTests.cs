using System.Text;
using RegistryOperator.Host.Tools;

namespace RegistryOperator.Host.Tests.Tools;

public sealed class ErrorTailTests
{
    [Theory]
    [InlineData("plain\n", "plain")]
    [InlineData("\u001b[31mERROR\u001b[0m failed", "ERROR failed")]
    [InlineData("\u001b[1;38;5;9mbold\u001b[m", "bold")]
    [InlineData("\u001b]0;title\u0007text", "text")]
    [InlineData("\u001b]8;;https://example.org\u001b\\link\u001b]8;;\u001b\\", "link")]
    [InlineData("10%\r20%\r\ndone", "10%\n20%\ndone")]
    [InlineData("a\tb\0c\bd\u009b", "a\tbcd")]
    [InlineData("cut \u001b[3", "cut [3")]
    public void Clean_Text_LosesColoursAndControlCharacters(string text, string expected) => ErrorTail.Clean(text).ShouldBe(expected);

    [Theory]
    [InlineData(1)]
    [InlineData(ErrorTail.Size)]
    [InlineData(ErrorTail.Size + 1)]
    [InlineData(5 * ErrorTail.Size + 7)]
    public async Task CopyAsync_OneLineOfAnyLength_KeepsItsEnd(int length)
    {
        var text = string.Concat(Enumerable.Range(0, length).Select(i => (char)('a' + i % 26)));
        (await KeepAsync(text)).ShouldBe(length <= ErrorTail.Size ? text : text[^ErrorTail.Size..]);
    }

    [Fact]
    public async Task CopyAsync_CutInTheMiddleOfACharacter_ShowsNoBrokenOne()
    {
        var kept = await KeepAsync(string.Concat(Enumerable.Repeat("ß\n", ErrorTail.Size)) + "x");
        kept.ShouldNotContain('\uFFFD');
        kept.ShouldEndWith("ß\nx");
    }

    private static async Task<string> KeepAsync(string text)
    {
        var tail = new ErrorTail();
        using var source = new MemoryStream(Encoding.UTF8.GetBytes(text));
        await tail.CopyAsync(source, TestContext.Current.CancellationToken);
        return tail.Text;
    }
}
