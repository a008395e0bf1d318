using RegistryOperator.Host.Tools;

namespace RegistryOperator.Host.Tests.Tools;

public sealed class ProcessStatTests
{
    private const string Rest = "100 0 0 0 1 2 0 0 20 0 1 0 987654 5000 200";

    [Theory]
    [InlineData("1234 (syft) S 1 1234 1234 0 -1 4194560 " + Rest, false, false)]
    [InlineData("1234 (a) Z (b) R 1 1234 1234 0 -1 4194560 " + Rest, false, false)]
    [InlineData("1234 (sleep) Z 1 1234 1234 0 -1 4228100 " + Rest, true, false)]
    [InlineData("1234 (x) X 1 1234 1234 0 -1 4228100 " + Rest, true, false)]
    [InlineData("1234 (stopped) T 1 1234 1234 0 -1 0 " + Rest, false, false)]
    [InlineData("2 (kthreadd) S 0 0 0 0 -1 2097152 " + Rest, false, true)]
    [InlineData("2 (other flags) S 0 0 0 0 -1 4292870143 " + Rest, false, false)]
    [InlineData("12 (kworker/0:1) I 2 0 0 0 -1 69238880 " + Rest, false, true)]
    public void Parse_Stat_TellsTheEndedAndTheKernels(string stat, bool hasEnded, bool isKernelThread) =>
        ProcessStat.Parse(stat).ShouldBe(new ProcessStat(hasEnded, isKernelThread, 987_654));

    [Theory]
    [InlineData("1234 (syft) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18", true)]
    [InlineData("1234 (syft) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19", false)]
    [InlineData("1234 (syft) S 1 2 3 4 5 x 7 8 9 10 11 12 13 14 15 16 17 18 19", true)]
    [InlineData("1234 (syft) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 x", true)]
    public void Parse_Stat_NeedsAllUpToTheStartTime(string stat, bool isThatOfAnEndedProcess) =>
        ProcessStat.Parse(stat).ShouldBe(isThatOfAnEndedProcess ? new ProcessStat(true, false, long.MaxValue) : new ProcessStat(false, false, 19));

    [Theory]
    [InlineData("")]
    [InlineData("1234 (syft")]
    [InlineData("1234 (syft) S 1 1234")]
    public void Parse_CutStat_IsThatOfAnEndedProcess(string stat) => ProcessStat.Parse(stat).HasEnded.ShouldBeTrue();
}
