using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using RegistryOperator.Host.Plugins.Guards;
using RegistryOperator.Host.Tests.Support;
using RegistryOperator.Shared.Files;
using RegistryOperator.Tests.Servers.Processes;

namespace RegistryOperator.Host.Tests.Plugins.Guards;

public sealed class ScanJournalTests : IDisposable
{
    private const string Image = "registry.example.com/a@sha256:1";

    private readonly FakeTimeProvider _time = new();
    private readonly TemporaryFolder _folder = new("journal");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public async Task ProblemOf_ProcessDiedInItsScan_SetsThePluginAsideFromTheSecondTimeOn(int deaths, bool isAside)
    {
        for (var i = 0; i < deaths; i++) await DieAsync(("crasher", Image));

        using var journal = Open();

        (journal.ProblemOf("crasher") is not null).ShouldBe(isAside);
        journal.ProblemOf("trivy").ShouldBeNull();
        if (!isAside) return;
        journal.ProblemOf("crasher").ShouldBe(
            $"The process died 2 times while this plugin scanned {Image}, so it is set aside. " +
            $"To bring it back, put a corrected version in its place, stop the operator and remove {_folder.File(ScanJournal.FileName)}.");
    }

    [Fact]
    public async Task ProblemOf_ProcessDiedInScansOfDifferentImages_SetsNothingAside()
    {
        await DieAsync(("trivy", "one"));
        await DieAsync(("trivy", "two"));

        using var journal = Open();

        journal.ProblemOf("trivy").ShouldBeNull();
    }

    [Fact]
    public async Task ProblemOf_DeathsOfDifferentDays_SetNothingAside()
    {
        await DieAsync(("trivy", Image));
        _time.Advance(TimeSpan.FromDays(1));
        await DieAsync(("trivy", Image));

        using var journal = Open();

        journal.ProblemOf("trivy").ShouldBeNull();
    }

    [Fact]
    public async Task Enter_ScanEnds_IsNoDeath()
    {
        for (var i = 0; i < 3; i++)
        {
            var journal = Open();
            (await journal.EnterAsync("trivy", Image, Cancel)).Dispose();
            Die(journal);
        }

        using var next = Open();
        next.ProblemOf("trivy").ShouldBeNull();
    }

    [Fact]
    public async Task Dispose_OrderlyStopWhileScansRun_IsNoDeathAndLeavesNoFile()
    {
        for (var i = 0; i < 3; i++)
        {
            using var journal = Open();
            await journal.EnterAsync("trivy", Image, Cancel);
        }

        File.Exists(_folder.File(ScanJournal.FileName)).ShouldBeFalse();
        using var next = Open();
        next.ProblemOf("trivy").ShouldBeNull();
    }

    [Fact]
    public async Task Enter_ProcessDiedInBoth_RunsOneAfterTheOtherSoThatTheNextDeathTellsWhose()
    {
        await DieAsync(("trivy", Image), ("crasher", Image));
        var journal = Open();
        var first = await journal.EnterAsync("trivy", Image, Cancel);
        var second = journal.EnterAsync("crasher", Image, Cancel).AsTask();
        (await journal.EnterAsync("syft", Image, Cancel)).Dispose();
        second.IsCompleted.ShouldBeFalse();

        first.Dispose();
        await second.SoonAsync();
        Die(journal);

        using var next = Open();
        next.ProblemOf("trivy").ShouldBeNull();
        next.ProblemOf("crasher").ShouldNotBeNull();
    }

    [Fact]
    public async Task Open_WhileAnotherProcessHasIt_CountsNothingAndSaysNothing()
    {
        using var running = Open();
        await running.EnterAsync("trivy", Image, Cancel);

        for (var i = 0; i < 3; i++)
        {
            using var other = Open();
            other.ProblemOf("trivy").ShouldBeNull();
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    public void Open_FileOfNoUse_IsAnEmptyJournal(string content)
    {
        File.WriteAllText(_folder.File(ScanJournal.FileName), content);

        using var journal = Open();

        journal.ProblemOf("trivy").ShouldBeNull();
    }

    [Fact]
    public void Open_NoDataDirectory_KeepsNothing()
    {
        using var journal = ScanJournal.Open(dataDirectory: null, _time, NullLogger<ScanJournal>.Instance);

        journal.ProblemOf("trivy").ShouldBeNull();
    }

    [Fact]
    public async Task OpenReadOnly_BesideARunningProcess_KnowsWhatItCountedAndTakesNothing()
    {
        await DieAsync(("crasher", Image));
        await DieAsync(("crasher", Image));
        using var owner = Open();
        await owner.EnterAsync("trivy", Image, Cancel);
        var before = Content();

        using (var reader = ScanJournal.OpenReadOnly(_folder.Path, _time, NullLogger<ScanJournal>.Instance))
        {
            reader.ProblemOf("crasher").ShouldNotBeNull();
            reader.ProblemOf("trivy").ShouldBeNull();
        }

        Content().ShouldBe(before);

        string Content()
        {
            using var reader = new StreamReader(UnixFiles.OpenToRead(_folder.File(ScanJournal.FileName))!);
            return reader.ReadToEnd();
        }
    }

    [Fact]
    public void OpenReadOnly_NoJournal_MakesNone()
    {
        ScanJournal.OpenReadOnly(_folder.Path, _time, NullLogger<ScanJournal>.Instance).Dispose();

        Directory.EnumerateFileSystemEntries(_folder.Path).ShouldBeEmpty();
    }

    [Fact]
    public void Open_LinkInItsPlace_IsNotFollowed()
    {
        var precious = _folder.Write("precious", "keep me");
        File.CreateSymbolicLink(_folder.File(ScanJournal.FileName), precious);

        Open().Dispose();

        File.ReadAllText(precious).ShouldBe("keep me");
    }

    private ScanJournal Open() => ScanJournal.Open(_folder.Path, _time, NullLogger<ScanJournal>.Instance);

    private async Task DieAsync(params (string Plugin, string Subject)[] running)
    {
        var journal = Open();
        foreach (var (plugin, subject) in running) await journal.EnterAsync(plugin, subject, Cancel);
        Die(journal);
    }

    /// <summary>As the process does: the file stays as it is.</summary>
    private void Die(ScanJournal journal)
    {
        // The lock is the process's own, so that it is looked at through a copy.
        var file = _folder.File(ScanJournal.FileName);
        var copy = ReadLocked(file);
        journal.Dispose();
        File.WriteAllBytes(file, copy);
    }

    private static byte[] ReadLocked(string file)
    {
        // A link has no lock that is checked by those who only read it by the system's own call.
        var target = file + ".copy";
        using (var copy = System.Diagnostics.Process.Start("cp", [file, target])) copy.WaitForExit();
        var content = File.ReadAllBytes(target);
        File.Delete(target);
        return content;
    }
}
