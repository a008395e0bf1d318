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
    [InlineData("  \n text \n\n", "text")]
    [InlineData("a\u001bMb", "ab")]
    [InlineData("a\u001b\\b", "ab")]
    [InlineData("\u001b[?25lhidden\u001b[2K", "hidden")]
    [InlineData("a\u007fb", "ab")]
    [InlineData("a\nb", "a\nb")]
    [InlineData("", "")]
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

    [Theory]
    [InlineData("panic: runtime error: index out of range", 9)]
    [InlineData("panic: runtime error: index out of range", 12)]
    [InlineData("panic: runtime error: index out of range", 17)]
    [InlineData("panic: runtime error: index out of range", 28)]
    [InlineData("fatal error: runtime: out of memory", 12)]
    [InlineData("fatal error: runtime: out of memory", 24)]
    [InlineData("fatal error: all goroutines are asleep - deadlock!", 9)]
    [InlineData("fatal error: all goroutines are asleep - deadlock!", 28)]
    [InlineData("runtime: out of memory: cannot allocate 4194304-byte block (67108864 in use)", 12)]
    [InlineData("runtime: out of memory: cannot allocate 4194304-byte block (67108864 in use)", 28)]
    public async Task CopyAsync_CrashBeforeALongStack_KeepsTheLineOfItsCause(string cause, int kibibytes)
    {
        const string Frame = "github.com/x/y.(*Command).Execute(0xc0007a9208)\n";
        var stack = string.Concat(Enumerable.Repeat(Frame, kibibytes * 1024 / Frame.Length));

        var kept = await KeepAsync($"INFO begins\n{cause}\n\ngoroutine 1 [running]:\n{stack}end\n");

        kept.ShouldStartWith(cause + "\n");
        kept.ShouldEndWith("\nend");
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1)]
    public async Task CopyAsync_CauseAtTheCut_IsKeptOnce(int beforeCut)
    {
        const string Cause = "panic: boom\n";
        var rest = new string('x', ErrorTail.Size - Cause.Length + beforeCut - 2) + "\n";

        var kept = await KeepAsync($"INFO begins\n{Cause}{rest}y");

        kept.ShouldBe(Cause + rest + "y");
    }

    [Fact]
    public async Task CopyAsync_CutInTheMiddleOfACharacter_ShowsNoBrokenOne()
    {
        var kept = await KeepAsync(string.Concat(Enumerable.Repeat("ß\n", ErrorTail.Size)) + "x");
        kept.ShouldNotContain('\uFFFD');
        kept.ShouldEndWith("ß\nx");
    }

    [Fact]
    public void Size_OfTheTail_Is8KiB() => ErrorTail.Size.ShouldBe(8192);

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(ErrorTail.Size, true)]
    [InlineData(ErrorTail.Size + 1, true)]
    [InlineData(3 * ErrorTail.Size, true)]
    public async Task CopyAsync_LinesThatDoNotFit_BeginsWithAWholeOne(int more, bool isCut)
    {
        // A line too many, of any length, then lines that fill the tail but for its beginning.
        const string Line = "0123456\n";
        var kept = await KeepAsync(new string('x', more) + string.Concat(Enumerable.Repeat(Line, ErrorTail.Size / Line.Length)));

        kept.ShouldBe(string.Concat(Enumerable.Repeat(Line, ErrorTail.Size / Line.Length - (isCut ? 1 : 0))).Trim());
    }

    [Fact]
    public async Task CopyAsync_OneLongLineWithItsEnd_KeepsItsEnd() =>
        (await KeepAsync(new string('x', 2 * ErrorTail.Size) + "end\n")).ShouldBe(new string('x', ErrorTail.Size - 4) + "end");

    [Fact]
    public async Task CopyAsync_BrokenUtf8_IsShownAndNotThrown()
    {
        var tail = new ErrorTail();
        using var source = new MemoryStream([0xff, (byte)'a', 0xc3]);
        await tail.CopyAsync(source, TestContext.Current.CancellationToken);
        tail.Text.ShouldContain('a');
    }

    private static async Task<string> KeepAsync(string text)
    {
        var tail = new ErrorTail();
        using var source = new MemoryStream(Encoding.UTF8.GetBytes(text));
        await tail.CopyAsync(source, TestContext.Current.CancellationToken);
        return tail.Text;
    }
}
