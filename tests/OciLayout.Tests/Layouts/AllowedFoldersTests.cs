using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.OciLayout.Tests.Support;
using RegistryOperator.Plugins.OciLayout.Options;

namespace RegistryOperator.OciLayout.Tests.Layouts;

/// <summary>Which folders and files of the machine a resource can have read.</summary>
public sealed class AllowedFoldersTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly LayoutOnDisk _layout = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _layout.Dispose();

    [Theory]
    [InlineData("", true, "{root}")]
    [InlineData("", true, "/")]
    [InlineData("", true, "/nowhere", "{root}")]
    [InlineData("deep/er", true, "{root}")]
    [InlineData("", false)]
    [InlineData("", false, "/nowhere")]
    [InlineData("", false, "{root}/images")]
    [InlineData("images-of-another", false, "{root}/images")]
    [InlineData("images/../other", false, "{root}/images")]
    [InlineData("images/%2e%2e/other", false, "{root}/images")]
    public async Task CreateClient_Folder_IsServedOnlyWhereTheSettingsNameItOrOneAbove(string folder, bool isServed, params string[] allowed)
    {
        foreach (var one in (string[])["", "deep/er", "images-of-another", "other"])
        {
            _layout.AddTag("1", _layout.AddManifest("a", folder: one));
            _layout.Write(one);
        }

        var open = () => _layout.CreateClient(".", folder, [.. allowed.Select(path => path.Replace("{root}", _layout.Root, StringComparison.Ordinal))]);

        if (isServed) (await open().ListTagsAsync(Cancel).ToListAsync(Cancel)).ShouldNotBeEmpty();
        else Should.Throw<RegistryException>(() => open()).Kind.ShouldBe(RegistryErrorKind.Denied);
    }

    [Fact]
    public void CreateClient_FolderThatIsNotAllowed_IsRefusedInTheSameWordsWhetherItExists()
    {
        _layout.Write("there");
        RegistryException[] refusals =
            [.. ((string[])["there", "else"]).Select(folder => Should.Throw<RegistryException>(() => _layout.CreateClient(".", folder, [])))];

        refusals[0].Message.Replace("there", "else", StringComparison.Ordinal).ShouldBe(refusals[1].Message);
        refusals[0].Advice.ShouldNotBeNull().ShouldContain("Plugins:OciLayout:Folders");
    }

    [Fact]
    public async Task ListTags_AllowedFolderWithALinkThatLeadsOut_IsRefused()
    {
        _layout.Write("outside");
        Directory.CreateDirectory(Path.Combine(_layout.Root, "images"));
        Directory.CreateSymbolicLink(Path.Combine(_layout.Root, "images", "link"), Path.Combine(_layout.Root, "outside"));

        var client = _layout.CreateClient(".", "images/link", [Path.Combine(_layout.Root, "images")]);

        (await Should.ThrowAsync<RegistryException>(async () => await client.ListTagsAsync(Cancel).ToListAsync(Cancel)))
            .Kind.ShouldBe(RegistryErrorKind.Denied);
    }

    [Theory]
    [InlineData("oci-layout")]
    [InlineData("index.json")]
    [InlineData("blob")]
    public async Task Read_PipeInThePlaceOfAFile_IsRefusedWithoutWaiting(string file)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems have no mkfifo.");
        var manifest = _layout.AddTag("1", _layout.AddManifest("a"));
        var client = _layout.Write().CreateClient();
        var path = file == "blob" ? _layout.BlobPath(manifest.Digest) : Path.Combine(_layout.Root, file);
        File.Delete(path);
        using (var make = Process.Start("mkfifo", [path])) await make.WaitForExitAsync(Cancel);

        var reading = client.GetManifestAsync("1", Cancel).WaitAsync(Deadline, TimeProvider.System, Cancel);

        (await Should.ThrowAsync<RegistryException>(() => reading)).Message.ShouldContain("no file, but a pipe");
    }

    [Theory]
    [InlineData("")]
    [InlineData("/images", "Folders=/images/")]
    [InlineData("/a /b", "Folders:0=/a", "Folders:1=/b/../b")]
    public void Read_Setting_IsAFolderOrAList(string expected, params string[] settings) => string.Join(' ', Read(settings).Folders).ShouldBe(expected);

    [Fact]
    public void Read_FolderWithoutItsFullPath_IsRefused() =>
        Should.Throw<LayoutOptionsException>(() => Read("Folders=images")).Message.ShouldBe(
            "Plugins:OciLayout:Folders is 'images': expected the full path of a folder, such as /images.");

    private static LayoutOptions Read(params string[] settings) => LayoutOptions.Read(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => setting.Split('='))
            .Select(pair => KeyValuePair.Create(pair[0], (string?)pair[1]))).Build(),
        "Plugins:OciLayout");
}
