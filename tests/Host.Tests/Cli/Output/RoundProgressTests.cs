using RegistryOperator.Host.Cli.Output;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Scans.Model;
using Spectre.Console.Testing;

namespace RegistryOperator.Host.Tests.Cli.Output;

public class RoundProgressTests
{
    private static readonly RegistryResource Api = new() { Metadata = new() { Name = "api", Namespace = "shop" } };

    [Theory]
    [InlineData("", "shop/api: listing tags")]
    [InlineData("tags 0", "shop/api: reading 0 images")]
    [InlineData("tags 1", "shop/api: reading 1 image")]
    [InlineData("tags 3", "shop/api: reading 3 images")]
    [InlineData("tags 3,scans 1", "shop/api: 1 scan ")]
    [InlineData("tags 3,scans 2", "shop/api: 2 scans")]
    public async Task Run_Steps_AreNamed(string steps, string expected) => (await DrawAsync(Api, steps)).ShouldContain(expected);

    [Theory]
    [InlineData("tags 4,read 1")]
    [InlineData("tags 4,read 4,scans 8,ended 2")]
    public async Task Run_Steps_MoveTheBarByTheirShare(string steps)
    {
        // A quarter of the bar: forty cells, of which ten are filled.
        var drawn = await DrawAsync(Api, steps, colors: true);

        drawn.ShouldContain(new string('━', 10) + "\u001b[0m");
    }

    [Fact]
    public async Task Run_NameOfAStranger_IsShownClean()
    {
        var drawn = await DrawAsync(new RegistryResource { Metadata = new() { Name = "[red]a\u0007b\u202E", Namespace = "shop" } }, "tags 1");

        drawn.ShouldContain("shop/[red]a\uFFFDb\uFFFD: reading 1 image");
    }

    [Fact]
    public async Task Run_NobodyWatches_TellsNoProgress()
    {
        var terminal = new Terminal { In = TextReader.Null, Out = TextWriter.Null, Error = TextWriter.Null, ShowsProgress = false };

        RegistryResource[] resources = [Api, Api with { Spec = new() { Repository = "b" } }];
        var results = await RoundProgress.RunAsync(terminal, resources, resource => resource.FullName, "listing tags", (resource, progress, _) =>
        {
            progress.ShouldBeNull();
            return Task.FromResult(resource);
        }, 2, TestContext.Current.CancellationToken);

        results.Select(resource => resource.Spec.Repository).ShouldBe(["", "b"]);
    }

    private static async Task<string> DrawAsync(RegistryResource resource, string steps, bool colors = false)
    {
        var console = new TestConsole().Interactive().Width(200);
        if (colors) console = console.EmitAnsiSequences();
        var terminal = new Terminal { In = TextReader.Null, Out = TextWriter.Null, Error = TextWriter.Null, ShowsProgress = true, ProgressConsole = console };
        var results = await RoundProgress.RunAsync(terminal, [resource], one => one.FullName, "listing tags", (one, progress, _) =>
        {
            foreach (var step in steps.Split(',', StringSplitOptions.RemoveEmptyEntries)) Do(progress!, step.Split(' ')[0], int.Parse(step.Split(' ')[1]));
            return Task.FromResult(one);
        }, 1, TestContext.Current.CancellationToken);
        results.ShouldBe([resource]);
        return console.Output;
    }

    private static void Do(IRoundProgress progress, string step, int count)
    {
        if (step == "tags") progress.TagsListed(count);
        if (step == "scans") progress.ScansPlanned(count);
        for (var i = 0; i < count && step == "read"; i++) progress.ImageRead();
        for (var i = 0; i < count && step == "ended"; i++) progress.ScanEnded();
    }
}
