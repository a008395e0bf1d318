using System.Text.Json;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Reports;
using RegistryOperator.Tests.ReportStores;
using static RegistryOperator.Tests.ReportStores.SampleReports;

namespace RegistryOperator.Host.Tests.Cli.History;

public sealed class HistoryCommandTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 9, 30, 0, TimeSpan.Zero);
    private readonly ReportSandbox _reports = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await using var store = await _reports.OpenAsync();
        await RecordAsync(store, 0, "1.0=a latest=a");
        await RecordAsync(store, 1, "1.0=a 1.1=b latest=b");
        await RecordAsync(store, 2, "1.1=b latest=b");
    }

    public ValueTask DisposeAsync() => _reports.DisposeAsync();

    [Fact]
    public async Task History_Repository_ShowsEachTagsImages() =>
        (await RunAsync("registry.example.com/team/web")).Output.ShouldMatch("history.txt", "/no-root");

    [Fact]
    public async Task History_Tag_ShowsThatAlone()
    {
        var (exitCode, output, error) = await RunAsync("team/web:latest");

        (exitCode, error).ShouldBe((0, ""));
        output.ShouldContain("1 tag, 2 images");
        output.ShouldNotContain("1.1");
    }

    [Fact]
    public async Task History_Json_HasEveryFact()
    {
        var (exitCode, output, _) = await RunAsync("team/web:1.0", "-o", "json");

        exitCode.ShouldBe(0);
        using var json = JsonDocument.Parse(output);
        var tag = json.RootElement.EnumerateArray().ShouldHaveSingleItem();
        (Text(tag, "resource"), Text(tag, "repository"), Text(tag, "tag")).ShouldBe(("shop/web", "registry.example.com/team/web", "1.0"));
        var image = tag.GetProperty("images").EnumerateArray().ShouldHaveSingleItem();
        Text(image, "digest").ShouldBe(Image("a").ToString());
        image.GetProperty("from").GetDateTimeOffset().ShouldBe(Start);
        image.GetProperty("to").GetDateTimeOffset().ShouldBe(Start.AddDays(2));
        image.GetProperty("lastSeen").GetDateTimeOffset().ShouldBe(Start.AddDays(1));
        image.GetProperty("created").GetDateTimeOffset().ShouldBe(Start.AddDays(-1));
    }

    [Theory]
    [InlineData("team/web:9", 1, "No scan has seen team/web:9. Known tags of registry.example.com/team/web: 1.0, 1.1, latest.")]
    [InlineData("other/web", 1, "No scan has seen other/web. Known repositories: registry.example.com/team/web (shop/web).")]
    [InlineData("team/web:", 2, "error: 'team/web:' is no REPOSITORY or REPOSITORY:TAG")]
    [InlineData("team/web@sha256:1", 2, "is no REPOSITORY or REPOSITORY:TAG")]
    public async Task History_NothingToShow_SaysWhy(string asked, int expected, string complaint)
    {
        var (exitCode, output, error) = await RunAsync(asked);

        (exitCode, output).ShouldBe((expected, ""));
        error.ShouldContain(complaint);
    }

    // As tables have it: the resource, or the repository's URL.
    [Theory]
    [InlineData("shop/web")]
    [InlineData("https://registry.example.com/team/web")]
    public async Task History_NameAsItIsPrinted_IsTheRepository(string asked) => (await RunAsync(asked)).Output.ShouldMatch("history.txt", "/no-root");

    [Fact]
    public async Task History_ManyRepositories_NamesTheNearest()
    {
        await using (var store = await _reports.OpenAsync())
        {
            foreach (var number in Enumerable.Range(0, 30))
            {
                await store.RecordTagsAsync(
                    new SeenTags(new ResourceName("many", $"r{number:00}"), $"registry.example.com/many/r{number:00}", Start, Named("1"), ["1"]), Token);
            }
        }

        var (exitCode, _, error) = await RunAsync("team/wbe");

        exitCode.ShouldBe(1);
        error.ShouldStartWith("No scan has seen team/wbe. Known repositories: registry.example.com/team/web (shop/web), ");
        error.TrimEnd().ShouldEndWith(" and 21 more.");
    }

    private static Dictionary<string, Digest> Named(string tag) => new() { [tag] = Image("a") };

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private static Task RecordAsync(IReportStore store, int day, string named)
    {
        var tags = named.Split(' ').Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => Image(pair[1]), StringComparer.Ordinal);
        return store.RecordTagsAsync(
            new SeenTags(Shop, "registry.example.com/team/web", Start.AddDays(day), tags, [.. tags.Keys])
            {
                Images = new Dictionary<Digest, SeenImage> { [Image("a")] = new(Start.AddDays(-1), IsImage: true) },
            },
            Token);
    }

    private Task<CommandRun> RunAsync(params string[] arguments) => CommandRun.StartAsync(["history", .. arguments, "--data-dir", _reports.DataDirectory]);
}
