using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Reports;
using static RegistryOperator.Tests.ReportStores.SampleReports;

namespace RegistryOperator.Tests.ReportStores.Contract;

/// <summary>A resource's images are shown by the reports that it uses, and by no others.</summary>
public abstract class ReportUseContract<TSandbox> : StoreContract<TSandbox>
    where TSandbox : IStoreSandbox, new()
{
    private static readonly Digest A = Image("a");
    private static readonly ResourceName Other = new("dev", "web");

    [Fact]
    public async Task FindUsedAsync_ReportsOfTwoResources_AreEachItsOwn()
    {
        var mine = await SaveAsync("mine");
        var theirs = await SaveAsync("theirs");
        await HaveAsync(Shop, mine);
        await HaveAsync(Other, theirs);

        (await UsersOfAsync(mine)).ShouldBe([Shop]);
        (await UsersOfAsync(theirs)).ShouldBe([Other]);
        (await SearchAsync("mine")).ShouldBe([Shop]);
        (await SearchAsync("theirs")).ShouldBe([Other]);
        (await Store.FindUsesAsync(Shop, Token)).ShouldBe([mine]);
    }

    [Fact]
    public async Task FindUsedAsync_NothingRecordedYet_IsWhatMayBeAboutTheImage()
    {
        var key = await SaveAsync("one");
        await Store.SetImagesAsync(Shop, [Tagged("1.0", A)], Token);

        (await UsersOfAsync(key)).ShouldBe([Shop]);

        await Store.SetUsesAsync(Shop, ReportUses.None, Token);
        (await UsersOfAsync(key)).ShouldBeEmpty();
        (await SearchAsync("one")).ShouldBeEmpty();
    }

    [Fact]
    public async Task SetUsesAsync_BeforeTheImages_ShowsNothingOfThem()
    {
        var key = await SaveAsync("one");
        await Store.SetUsesAsync(Shop, ReportUses.None, Token);
        await Store.SetImagesAsync(Shop, [Tagged("1.0", A)], Token);

        (await UsersOfAsync(key)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("options changed and scanned", "new")]
    [InlineData("options changed and not scanned yet", "old")]
    [InlineData("not asked for any more", "")]
    [InlineData("not read this time", "old")]
    [InlineData("could not be bound this time", "old")]
    [InlineData("another image has the tag", "")]
    public async Task SetUsesAsync_NextRound_KeepsOrReplacesWhatWasUsed(string change, string used)
    {
        await HaveAsync(Shop, await SaveAsync("old"));
        var next = Key("new");
        switch (change)
        {
            case "options changed and scanned":
                await SaveAsync("new");
                await UseAsync(Shop, [next], [A]);
                break;
            case "options changed and not scanned yet": await UseAsync(Shop, [next], [A]); break;
            case "not asked for any more": await UseAsync(Shop, [], [A]); break;
            case "not read this time": await UseAsync(Shop, [], []); break;
            case "could not be bound this time":
                await Store.SetUsesAsync(Shop, new ReportUses([], Set(A), new HashSet<(ScannerKind, string)> { (ScannerKind.Sbom, "syft") }), Token);
                break;
            case "another image has the tag":
                await Store.SetImagesAsync(Shop, [Tagged("1.0", Image("b"))], Token);
                await UseAsync(Shop, [], [Image("b")]);
                break;
        }

        (await Store.FindUsesAsync(Shop, Token)).Select(key => key.Options).ShouldBe(used.Length == 0 ? [] : [used]);
    }

    [Fact]
    public async Task CollectGarbageAsync_SupersededReport_GoesAfterTheTimeToLive()
    {
        await HaveAsync(Shop, await SaveAsync("old"));
        Sandbox.Time.Advance(TimeSpan.FromDays(100));
        await UseAsync(Shop, [await SaveAsync("new")], [A]);
        Sandbox.Time.Advance(TimeSpan.FromDays(7) - TimeSpan.FromSeconds(1));
        (await Store.CollectGarbageAsync(Token)).ShouldBe(0);

        Sandbox.Time.Advance(TimeSpan.FromSeconds(1));
        (await Store.CollectGarbageAsync(Token)).ShouldBe(1);
        (await Store.FindAsync([A], Token)).ShouldHaveSingleItem().Key.Options.ShouldBe("new");
    }

    [Fact]
    public async Task CollectGarbageAsync_SupersededForOneResourceAlone_Stays()
    {
        var shared = await SaveAsync("shared");
        await HaveAsync(Shop, shared);
        await HaveAsync(Other, shared);
        await UseAsync(Shop, [], [A]);
        Sandbox.Time.Advance(TimeSpan.FromDays(30));

        (await Store.CollectGarbageAsync(Token)).ShouldBe(0);
        (await UsersOfAsync(shared)).ShouldBe([Other]);
    }

    [Fact]
    public async Task SetImagesAsync_ResourceIsGone_ItsUsesGoWithIt()
    {
        var key = await SaveAsync("one");
        await HaveAsync(Shop, key);
        await Store.SetImagesAsync(Shop, [], Token);
        await Store.SetUsesAsync(Other, ReportUses.None, Token);
        await Store.SetImagesAsync(Other, [Tagged("1.0", A)], Token);

        (await Store.FindUsesAsync(Shop, Token)).ShouldBeEmpty();
        (await UsersOfAsync(key)).ShouldBeEmpty("a row that is used again is another resource's");
    }

    private static ReportKey Key(string options) => New(A, ScannerKind.Sbom, "syft", options).Report.Key;

    private static HashSet<Digest> Set(params Digest[] digests) => [.. digests];

    private async Task<ReportKey> SaveAsync(string options)
    {
        await Store.SaveAsync(New(A, ScannerKind.Sbom, "syft", options) with { Packages = [Package(options, "1")] }, Token);
        return Key(options);
    }

    private async Task HaveAsync(ResourceName resource, ReportKey key)
    {
        await Store.SetImagesAsync(resource, [Tagged("1.0", A)], Token);
        await UseAsync(resource, [key], [A]);
    }

    private Task UseAsync(ResourceName resource, ReportKey[] keys, Digest[] seen) =>
        Store.SetUsesAsync(resource, ReportUses.None with { Keys = keys, Seen = Set(seen) }, Token);

    private async Task<IReadOnlyList<ResourceName>> UsersOfAsync(ReportKey key) =>
        (await Store.FindUsedAsync([key.Digest], Token)).Single(used => used.Report.Key == key).Resources;

    private async Task<IEnumerable<ResourceName>> SearchAsync(string package) =>
        (await Store.FindPackageAsync(package, null, Token)).Select(hit => hit.Resource);
}
