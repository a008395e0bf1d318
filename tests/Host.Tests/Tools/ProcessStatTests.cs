using RegistryOperator.Host.Tools;

namespace RegistryOperator.Host.Tests.Tools;

public sealed class ProcessStatTests
{
    private const string Rest = "100 0 0 0 1 2 0 0 20 0 1 0 987654 5000 200";

    [Theory]
    [InlineData("1234 (syft) S 1 1234 1234 0 -1 4194560 " + Rest, true)]
    [InlineData("1234 (a) Z (b) R 1 1234 1234 0 -1 4194560 " + Rest, true)]
    [InlineData("1234 (sleep) Z 1 1234 1234 0 -1 4228100 " + Rest, false)]
    [InlineData("12 (kworker/0:1) I 2 0 0 0 -1 69238880 " + Rest, false)]
    public void Parse_Stat_TellsProgramsFromTheEndedAndTheKernels(string stat, bool hasProgram) =>
        ProcessStat.Parse(stat).ShouldBe(new ProcessStat(hasProgram, 987_654));

    [Theory]
    [InlineData("")]
    [InlineData("1234 (syft")]
    [InlineData("1234 (syft) S 1 1234")]
    public void Parse_CutStat_IsThatOfNoProgram(string stat) => ProcessStat.Parse(stat).HasProgram.ShouldBeFalse();
}
