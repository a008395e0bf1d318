using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using RegistryOperator.Abstractions.Plugins;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Tools;
using RegistryOperator.Plugins.Syft;
using RegistryOperator.Plugins.Syft.Options;
using RegistryOperator.Plugins.Syft.Runs;
using RegistryOperator.Syft.Tests.Support;

namespace RegistryOperator.Syft.Tests;

public sealed class SyftScannerTests : IDisposable
{
    private const string Document = """{"artifacts":[{"name":"a"}],"schema":{"version":"16"}}""";

    private readonly RecordingRunner _tools = new() { Answer = _ => (0, Document, "") };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _tools.Dispose();

    [Fact]
    public void Descriptor_Scanner_IsARepeatableSbomScanner()
    {
        var descriptor = CreateScanner().Descriptor;
        (descriptor.Name, descriptor.Kind, descriptor.IsRepeatable).ShouldBe(("syft", ScannerKind.Sbom, true));
    }

    [Fact]
    public async Task ScanAsync_Document_IsReturnedAsItIs()
    {
        var result = await CreateScanner().ScanAsync(Requests.For(), Cancellation);
        result.Result.ShouldBe("Generated");
        result.Summary.ShouldBe([KeyValuePair.Create("packages", "1")]);
        var document = result.Documents.ShouldHaveSingleItem();
        document.MediaType.ShouldBe(SbomMediaTypes.SyftJson);
        document.Content.ToArray().ShouldBe(System.Text.Encoding.UTF8.GetBytes(Document));
    }

    [Fact]
    public async Task ScanAsync_Run_WritesIntoItsOwnFolderWithinTheLimit()
    {
        await CreateScanner(new SyftOptions { MaximumOutputBytes = 1234 }).ScanAsync(Requests.For(), Cancellation);
        var command = _tools.Commands.ShouldHaveSingleItem();
        command.MaximumOutput.ShouldBe(1234);
        Path.GetDirectoryName(command.OutputFile).ShouldBe(_tools.Folders.ShouldHaveSingleItem());
    }

    [Fact]
    public async Task ScanAsync_AnyEnd_RemovesTheFolder()
    {
        await CreateScanner().ScanAsync(Requests.For(), Cancellation);
        _tools.Answer = _ => (1, "", "ERROR failed");
        await Should.ThrowAsync<ScanException>(CreateScanner().ScanAsync(Requests.For(), Cancellation));
        _tools.Answer = _ => throw new OperationCanceledException();
        await Should.ThrowAsync<OperationCanceledException>(CreateScanner().ScanAsync(Requests.For(), Cancellation));
        _tools.Folders.Count.ShouldBe(3);
        _tools.Folders.ShouldAllBe(folder => !Directory.Exists(folder));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"artifacts\":[")]
    [InlineData("not JSON")]
    public async Task ScanAsync_SuccessWithoutADocument_IsAFailureOfSyft(string output)
    {
        _tools.Answer = _ => (0, output, "");
        (await Should.ThrowAsync<ScanException>(CreateScanner().ScanAsync(Requests.For(), Cancellation))).Reason.ShouldBe(ScanReasons.Failed);
    }

    [Fact]
    public async Task ScanAsync_Failure_HasItsReason()
    {
        _tools.Answer = _ => (1, "", "[0000] ERROR could not determine source: GET http://r/v2/: UNAUTHORIZED: authentication required");
        (await Should.ThrowAsync<ScanException>(CreateScanner().ScanAsync(Requests.For(), Cancellation))).Reason.ShouldBe(ScanReasons.Unauthorized);
    }

    [Fact]
    public async Task ScanAsync_NotInstalled_IsUnavailable()
    {
        _tools.Executable = null;
        var error = await Should.ThrowAsync<ScanException>(CreateScanner().ScanAsync(Requests.For(), Cancellation));
        error.Reason.ShouldBe(ScanReasons.ScannerUnavailable);
        error.Message.ShouldContain("Plugins:Syft:Path");
    }

    [Fact]
    public async Task ScanAsync_UnknownFormat_NamesThoseThatAre()
    {
        var error = await Should.ThrowAsync<ScanException>(CreateScanner().ScanAsync(Requests.For() with { SbomFormat = "spdx-xml" }, Cancellation));
        error.Message.ShouldBe("'spdx-xml' is not an SBOM format: use syft-json, spdx-json, cyclonedx-json.");
        _tools.Commands.ShouldBeEmpty();
    }

    [Fact]
    public void ConfigureServices_Settings_ReachTheScanner()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("Path", (string?)"/opt/syft")]).Build();
        var services = new ServiceCollection();
        services.AddSingleton<IToolRunner>(_tools).AddLogging();
        new SyftStartup().ConfigureServices(services, new PluginContext("Syft", "/plugins/Syft", configuration));
        using var provider = services.BuildServiceProvider();
        provider.GetRequiredService<IImageScanner>().ShouldBeOfType<SyftScanner>();
        provider.GetRequiredService<SyftOptions>().Path.ShouldBe("/opt/syft");
    }

    [Theory]
    [InlineData(null, "2")]
    [InlineData("squashed", "2-squashed")]
    [InlineData("all-layers", "2-all-layers")]
    public void Descriptor_Scope_IsPartOfTheVersionSinceItChangesResults(string? scope, string version)
    {
        var descriptor = CreateScanner(new SyftOptions { Scope = scope }).Descriptor;

        descriptor.Version.ShouldBe(version);
        descriptor.Description.ShouldNotBeEmpty();
        descriptor.OptionsType.ShouldBeNull();
        descriptor.Needs.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(SbomFormat.SyftJson, Document, SbomMediaTypes.SyftJson)]
    [InlineData(SbomFormat.SpdxJson, """{"spdxVersion":"SPDX-2.3","packages":[{"SPDXID":"SPDXRef-a"}]}""", SbomMediaTypes.SpdxJson)]
    [InlineData(SbomFormat.CycloneDxJson, """{"bomFormat":"CycloneDX","components":[{"type":"library"}]}""", SbomMediaTypes.CycloneDxJson)]
    public async Task ScanAsync_Format_HasItsMediaType(string format, string document, string mediaType)
    {
        _tools.Answer = _ => (0, document, "");

        var result = await CreateScanner().ScanAsync(Requests.For() with { SbomFormat = format }, Cancellation);

        result.Documents.ShouldHaveSingleItem().MediaType.ShouldBe(mediaType);
        result.Summary["packages"].ShouldBe("1");
        result.Method.ShouldBe(ScanMethods.Image);
    }

    [Fact]
    public async Task ScanAsync_CancelledAsSyftFails_IsACancellationWhateverItSays()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        _tools.Answer = _ =>
        {
            cancel.Cancel();
            return (137, "", "ERROR connection refused");
        };

        await Should.ThrowAsync<OperationCanceledException>(CreateScanner().ScanAsync(Requests.For(), cancel.Token));
    }

    [Fact]
    public async Task CheckReadiness_Scanner_IsThatOfItsExecutable()
    {
        _tools.Answer = _ => (0, RecordingRunner.VersionAnswer, "");

        (await CreateScanner().CheckReadinessAsync(Cancellation)).ToolVersion.ShouldBe("1.18.1");
    }

    [Fact]
    public void ConfigureServices_WrongSetting_IsNamedByThePluginsSectionAndTheSettingsAreKnownAllTheSame()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("Scope", (string?)"x")]).Build();
        var services = new ServiceCollection();

        Should.Throw<SyftOptionsException>(() => new SyftStartup().ConfigureServices(services, new PluginContext("Other", "/plugins/Other", configuration)))
            .Message.ShouldBe("Plugins:Other:Scope is 'x': expected squashed or all-layers.");

        services.Where(service => service.ServiceType == typeof(PluginOption)).Select(service => ((PluginOption)service.ImplementationInstance!).Key)
            .ShouldBe(["Path", "MaximumOutputBytes", "Scope"]);
    }

    private SyftScanner CreateScanner(SyftOptions? options = null)
    {
        options ??= new SyftOptions();
        return new SyftScanner(new SyftExecutable(options, _tools), options, NullLogger<SyftScanner>.Instance);
    }
}
