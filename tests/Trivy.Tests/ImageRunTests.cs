using NSubstitute;
using NSubstitute.ExceptionExtensions;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Trivy.Tests.Support;

namespace RegistryOperator.Trivy.Tests;

/// <summary>What a run over an image that fails is told as.</summary>
public sealed class ImageRunTests
{
    private const string NoJavaIndex = "x\tERROR\t[javadb] The first run cannot skip downloading Java DB";
    private const string EmptyReport = """{"SchemaVersion":2}""";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(RegistryErrorKind.Unauthorized, ScanReasons.Unauthorized)]
    [InlineData(RegistryErrorKind.Denied, ScanReasons.Unauthorized)]
    [InlineData(RegistryErrorKind.NotFound, ScanReasons.NotFound)]
    [InlineData(RegistryErrorKind.RateLimited, ScanReasons.RateLimited)]
    [InlineData(RegistryErrorKind.TimedOut, ScanReasons.TimedOut)]
    [InlineData(RegistryErrorKind.TooLarge, ScanReasons.TooLarge)]
    [InlineData(RegistryErrorKind.Unsupported, ScanReasons.UnsupportedManifest)]
    [InlineData(RegistryErrorKind.DigestMismatch, ScanReasons.InvalidContent)]
    [InlineData(RegistryErrorKind.InvalidResponse, ScanReasons.InvalidContent)]
    [InlineData(RegistryErrorKind.Unreachable, ScanReasons.RegistryUnavailable)]
    [InlineData(RegistryErrorKind.TlsFailure, ScanReasons.RegistryUnavailable)]
    [InlineData(RegistryErrorKind.ServerError, ScanReasons.RegistryUnavailable)]
    [InlineData(RegistryErrorKind.InvalidRequest, ScanReasons.Failed)]
    [InlineData(RegistryErrorKind.Other, ScanReasons.Failed)]
    [InlineData(RegistryErrorKind.DestinationRefused, ScanReasons.DestinationRefused)]
    public async Task Scan_TrivyEndsWithoutAWord_TellsWhatItsRegistrySaysToUs(RegistryErrorKind kind, string reason)
    {
        var error = await FailAsync(Throwing(new RegistryException(kind, "The registry is not well.")), "");

        error.Reason.ShouldBe(reason);
        error.Message.ShouldStartWith("The registry is not well.");
    }

    [Fact]
    public async Task Scan_RegistrysErrorHasAnAdvice_ItIsPartOfTheMessage() =>
        (await FailAsync(Throwing(new RegistryException(RegistryErrorKind.Unauthorized, "It refuses.") { Advice = "Name a Secret." }), "")).Message
            .ShouldBe("It refuses. Name a Secret.");

    [Fact]
    public void RegistryErrorKind_Every_IsInTheTable() => Enum.GetValues<RegistryErrorKind>().Length.ShouldBe(
        typeof(ImageRunTests).GetMethod(nameof(Scan_TrivyEndsWithoutAWord_TellsWhatItsRegistrySaysToUs))!
            .GetCustomAttributes(typeof(InlineDataAttribute), inherit: false).Length);

    [Fact]
    public async Task Scan_TrivyEndsWithoutAWordAndTheRegistryIsWell_SaysSo()
    {
        var client = Substitute.For<IRegistryClient>();

        (await FailAsync(client, "")).Message.ShouldBe("Trivy ended with exit code 1 and says nothing about why.");

        await client.Received(1).ResolveAsync(Digest.Compute("image"u8).ToString(), Arg.Any<CancellationToken>());
    }

    [Fact]
    public async Task Scan_TrivysWordsTell_TheRegistryIsNotAsked()
    {
        var client = Substitute.For<IRegistryClient>();

        (await FailAsync(client, "x\tFATAL\tno space left on device")).Message.ShouldContain("free or enlarge");

        client.ReceivedCalls().ShouldBeEmpty();
    }

    [Fact]
    public async Task Scan_TrivyOfAServerEndsWithoutAWord_NamesTheToken() =>
        (await FailAsync(Substitute.For<IRegistryClient>(), "", ("Server", "http://127.0.0.1:1"))).Message.ShouldContain("check Plugins:Trivy:Token");

    public static TheoryData<Exception> WhatCancelledCallsThrow =>
        [new RegistryException(RegistryErrorKind.TimedOut, "late"), new OperationCanceledException(), new TaskCanceledException()];

    [Theory]
    [MemberData(nameof(WhatCancelledCallsThrow))]
    public async Task Scan_CancelledWhileTheRegistryIsAsked_IsACancellationWhateverIsThrown(Exception thrown)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var client = Substitute.For<IRegistryClient>();
        client.ResolveAsync(Arg.Any<string>(), Arg.Any<CancellationToken>()).Returns<Task<Descriptor>>(async _ =>
        {
            await cancel.CancelAsync();
            throw thrown;
        });

        await Should.ThrowAsync<OperationCanceledException>(() => ScanAsync(client, "", cancel.Token));
    }

    [Fact]
    public async Task Scan_ClientGivesUpByItself_IsNoCancellation() =>
        (await FailAsync(Throwing(new TaskCanceledException()), "")).Message.ShouldBe("Trivy ended with exit code 1 and says nothing about why.");

    [Fact]
    public async Task Scan_CancelledAsTrivyFails_IsACancellationWhateverItSays()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        await using var plugin = Plugin.Create(FakeRunner.Create(_ =>
        {
            cancel.Cancel();
            return (137, "", "x\tFATAL\tconnection refused");
        }));
        await Metadata.WriteFreshAsync(plugin.Cache);

        await Should.ThrowAsync<OperationCanceledException>(() => plugin.Vulnerabilities.ScanAsync(Requests.Create(), cancel.Token));
    }

    [Fact]
    public async Task Scan_JavaArchivesWithoutTheirIndex_AreScannedAgainByTheSameCommandIntoANewFile()
    {
        var outputs = new List<bool>();
        await using var plugin = Plugin.Create(new FakeRunner((command, _) =>
        {
            if (command.Arguments[0] == "version") return Task.FromResult((0, """{"Version":"0.68.2"}""", ""));
            if (command.Arguments.Contains("--download-java-db-only"))
            {
                Metadata.WriteFreshAsync(command.Arguments[^1], "java-db", "trivy-java.db").GetAwaiter().GetResult();
                return Task.FromResult((0, "", ""));
            }

            outputs.Add(File.Exists(command.OutputFile));
            return Task.FromResult(outputs.Count == 1 ? (1, "half a rep", NoJavaIndex) : (0, EmptyReport, ""));
        }));
        await Metadata.WriteFreshAsync(plugin.Cache);

        await plugin.Vulnerabilities.ScanAsync(Requests.Create(), Stop);

        var scans = plugin.Runner.Commands.Where(command => command.OutputFile is not null).ToArray();
        scans.Length.ShouldBe(2);
        scans[1].Arguments.ShouldBe(scans[0].Arguments);
        scans[1].Environment.ShouldBe(scans[0].Environment);
        outputs.ShouldBe([false, false]);
    }

    [Fact]
    public async Task Scan_JavaIndexIsWantedAgainAfterItsDownload_IsAFailureAndNoLoop()
    {
        await using var plugin = Plugin.Create(FakeRunner.Create(command =>
        {
            if (!command.Arguments.Contains("--download-java-db-only")) return (1, "", NoJavaIndex);
            Metadata.WriteFreshAsync(command.Arguments[^1], "java-db", "trivy-java.db").GetAwaiter().GetResult();
            return (0, "", "");
        }));
        await Metadata.WriteFreshAsync(plugin.Cache);

        await Should.ThrowAsync<ScanException>(
            () => plugin.Vulnerabilities.ScanAsync(Requests.Create() with { Client = Substitute.For<IRegistryClient>() }, Stop));

        plugin.Runner.Commands.Count(command => command.OutputFile is not null).ShouldBe(2);
    }

    [Fact]
    public async Task Scan_AnyEnd_LeavesNoFolder()
    {
        var folders = new List<string>();
        var exitCode = 0;
        await using var plugin = Plugin.Create(FakeRunner.Create(command =>
        {
            folders.Add(command.Environment["TMPDIR"]);
            return (exitCode, EmptyReport, "");
        }));
        await Metadata.WriteFreshAsync(plugin.Cache);
        var request = Requests.Create() with { Client = Substitute.For<IRegistryClient>(), Credential = new RegistryCredential.IdentityToken("secret") };

        await plugin.Vulnerabilities.ScanAsync(request, Stop);
        await plugin.Sboms.ScanAsync(request, Stop);
        exitCode = 1;
        await Should.ThrowAsync<ScanException>(() => plugin.Vulnerabilities.ScanAsync(request, Stop));
        await Should.ThrowAsync<ScanException>(() => plugin.Sboms.ScanAsync(request, Stop));

        folders.Distinct(StringComparer.Ordinal).Count().ShouldBe(4);
        folders.ShouldAllBe(folder => !Directory.Exists(folder));
    }

    private static IRegistryClient Throwing(Exception exception)
    {
        var client = Substitute.For<IRegistryClient>();
        client.ResolveAsync(Arg.Any<string>(), Arg.Any<CancellationToken>()).ThrowsAsync(exception);
        return client;
    }

    private static Task<ScanException> FailAsync(IRegistryClient client, string words, params (string, string)[] settings) =>
        Should.ThrowAsync<ScanException>(() => ScanAsync(client, words, Stop, settings));

    private static async Task ScanAsync(IRegistryClient client, string words, CancellationToken cancellationToken, params (string, string)[] settings)
    {
        await using var plugin = Plugin.Create(FakeRunner.Create(_ => (1, "", words)), settings: settings);
        await Metadata.WriteFreshAsync(plugin.Cache);
        await plugin.Vulnerabilities.ScanAsync(Requests.Create() with { Client = client }, cancellationToken);
    }
}
