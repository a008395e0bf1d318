using System.Text;
using System.Text.Json;
using NSubstitute;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Images;
using RegistryOperator.Oci.Reading;

namespace RegistryOperator.Host.Tests.Images;

public class ImageDetailsReaderTests
{
    private readonly IRegistryClient _client = Substitute.For<IRegistryClient>();

    [Fact]
    public async Task Read_Image_ShowsWhatTheConfigurationSaysWithoutValuesOfVariables()
    {
        var details = await ReadAsync(Image("""
            {"created":"2026-01-02T03:04:05+01:00","author":"Ada","os":"linux","architecture":"arm64","variant":"v8","config":{
              "User":"1000","WorkingDir":"/app","Entrypoint":["/app/run"],"Cmd":["--port","80"],"Env":["PATH=/bin","TOKEN=hunter2","EMPTY"],
              "ExposedPorts":{"8080/tcp":{},"53/udp":{}},"Labels":{"org.opencontainers.image.base.name":"docker.io/library/debian:12","team":"shop"}}}
            """));

        details.Reason.ShouldBeNull();
        details.Platforms.ShouldBe(["linux/arm64/v8"]);
        details.Created.ShouldBe(new DateTimeOffset(2026, 1, 2, 2, 4, 5, TimeSpan.Zero));
        var config = details.Config.ShouldNotBeNull();
        config.BaseImage.ShouldBe("docker.io/library/debian:12");
        config.Author.ShouldBe("Ada");
        config.User.ShouldBe("1000");
        config.WorkDir.ShouldBe("/app");
        config.Entrypoint.ShouldBe(["/app/run"]);
        config.Cmd.ShouldBe(["--port", "80"]);
        config.EnvVars.ShouldBe(["PATH", "TOKEN", "EMPTY"]);
        config.ExposedPorts.ShouldBe(["53/udp", "8080/tcp"]);
        config.Labels["team"].ShouldBe("shop");
        config.LayerCount.ShouldBe(2);
        details.Size!.Value.ShouldBeGreaterThan(300);
    }

    [Theory]
    [InlineData("1970-01-01T00:00:00Z")]
    [InlineData("0001-01-01T00:00:00Z")]
    public async Task Read_ReproducibleBuildWithoutATime_HasNone(string created) =>
        (await ReadAsync(Image($$"""{"created":"{{created}}","os":"linux","architecture":"amd64"}"""))).Created.ShouldBeNull();

    [Fact]
    public async Task Read_Artifact_HasAReasonInsteadOfAnError()
    {
        var details = await ReadAsync(Store(MediaTypes.OciManifest,
            """
            {"schemaVersion":2,"artifactType":"application/vnd.acme.chart",
             "config":{"mediaType":"application/vnd.oci.empty.v1+json",
                       "digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":2},
             "layers":[]}
            """));

        details.Reason.ShouldBe(ScanReasons.NotAnImage);
        details.Message!.ShouldContain("application/vnd.acme.chart");
    }

    [Fact]
    public async Task Read_Schema1_IsReportedAsSuch() =>
        (await ReadAsync(Store(MediaTypes.DockerManifestSchema1Signed, """{"schemaVersion":1}"""))).Reason.ShouldBe(ScanReasons.UnsupportedManifest);

    [Fact]
    public async Task Read_Index_ListsPlatformsAndLeavesAttestationsOut()
    {
        var amd64 = Image("""{"created":"2026-01-02T00:00:00Z","os":"linux","architecture":"amd64"}""");
        var arm64 = Image("""{"created":"2026-01-03T00:00:00Z","os":"linux","architecture":"arm64"}""");
        var index = Store(MediaTypes.OciIndex, $$"""
            {"schemaVersion":2,"manifests":[
              {{Entry(arm64, "linux/arm64/v8")}},
              {{Entry(amd64, "linux/amd64")}},
              {{Entry(amd64, "unknown/unknown", isAttestation: true)}}]}
            """);

        var details = await ReadAsync(index);

        details.MediaType.ShouldBe(MediaTypes.OciIndex);
        details.Platforms.ShouldBe(["linux/arm64/v8", "linux/amd64"]);
        details.PlatformDigests.Select(entry => entry.Digest).ShouldBe([arm64.Digest.ToString(), amd64.Digest.ToString()]);
        details.Created!.Value.Day.ShouldBe(2);
    }

    [Fact]
    public async Task Read_IndexWithoutTheUsualPlatform_ShowsTheFirstItHas()
    {
        var s390x = Image("""{"created":"2026-01-02T00:00:00Z","os":"linux","architecture":"s390x"}""");

        var details = await ReadAsync(Store(MediaTypes.DockerManifestList, $$"""{"manifests":[{{Entry(s390x, "linux/s390x")}}]}"""));

        details.Reason.ShouldBeNull();
        details.Platforms.ShouldBe(["linux/s390x"]);
        details.Config.ShouldNotBeNull();
    }

    [Fact]
    public async Task Read_IndexEntryWithoutAPlatform_TellsItFromTheConfiguration()
    {
        var image = Image("""{"os":"linux","architecture":"riscv64"}""");

        (await ReadAsync(Store(MediaTypes.OciIndex, $$"""{"manifests":[{{Entry(image)}}]}"""))).Platforms.ShouldBe(["linux/riscv64"]);
    }

    [Fact]
    public async Task Read_IndexOfAttestationsAlone_IsNoImage()
    {
        var image = Image("{}");

        (await ReadAsync(Store(MediaTypes.OciIndex, $$"""{"manifests":[{{Entry(image, "unknown/unknown")}}]}"""))).Reason.ShouldBe(ScanReasons.NotAnImage);
    }

    /// <summary>Up to three indexes, one in the other; what is deeper is not looked for.</summary>
    [Theory]
    [InlineData(1, 1, true)]
    [InlineData(2, 2, true)]
    [InlineData(3, 3, true)]
    [InlineData(4, 3, false)]
    [InlineData(12, 3, false)]
    public async Task Read_IndexInIndex_IsReadToALimit(int indexes, int manifestsRead, bool isImage)
    {
        var inner = Image("""{"os":"linux","architecture":"amd64"}""");
        for (var depth = 0; depth < indexes; depth++) inner = Store(MediaTypes.OciIndex, $$"""{"manifests":[{{Entry(inner)}}]}""");

        var details = await ReadAsync(inner);

        details.MediaType.ShouldBe(MediaTypes.OciIndex);
        details.Reason.ShouldBe(isImage ? null : ScanReasons.NotAnImage);
        details.Platforms.ShouldBe(isImage ? ["linux/amd64"] : []);
        if (!isImage) details.Message.ShouldNotBeNull().ShouldContain("3 deep");
        await _client.Received(manifestsRead).GetManifestAsync(Arg.Any<string>(), Arg.Any<CancellationToken>());
    }

    /// <summary>The platform whose configuration is shown: linux/amd64, else linux/arm64 with or without its variant, else the first.</summary>
    [Theory]
    [InlineData("linux/arm64/v8 linux/arm64 linux/amd64", "linux/amd64")]
    [InlineData("linux/s390x linux/arm64/v8 linux/arm64", "linux/arm64")]
    [InlineData("linux/s390x linux/arm64/v8", "linux/arm64/v8")]
    [InlineData("windows/amd64 linux/s390x", "windows/amd64")]
    [InlineData("linux/amd64/v3 linux/s390x", "linux/amd64/v3")]
    [InlineData("linux/s390x windows/arm64", "linux/s390x")]
    public async Task Read_Index_ShowsThePreferredPlatform(string platforms, string shown)
    {
        var images = platforms.Split(' ').ToDictionary(platform => platform, platform => Image(Configuration(platform)));

        var entries = string.Join(',', images.Select(image => Entry(image.Value, image.Key)));

        var details = await ReadAsync(Store(MediaTypes.OciIndex, $$"""{"manifests":[{{entries}}]}"""));

        details.Config!.Labels["platform"].ShouldBe(shown);
        details.Platforms.ShouldBe(platforms.Split(' '));
        await _client.Received(1).GetManifestAsync(images[shown].Digest.ToString(), Arg.Any<CancellationToken>());
        await _client.Received(1).GetManifestAsync(Arg.Any<string>(), Arg.Any<CancellationToken>());
        await _client.Received(1).ReadBlobAsync(Arg.Any<Descriptor>(), 4 * 1024 * 1024, Arg.Any<CancellationToken>());
    }

    /// <summary>Entries that no container runs, each alone a reason to leave it out.</summary>
    [Theory]
    [InlineData("linux/s390x", MediaTypes.OciManifest, true, false)] // an attestation under a platform's name
    [InlineData("unknown/unknown", MediaTypes.OciManifest, false, false)]
    [InlineData("linux/unknown", MediaTypes.OciManifest, false, false)]
    [InlineData("unknown/amd64", MediaTypes.OciManifest, false, false)]
    [InlineData("linux/s390x", "application/vnd.acme.thing", false, false)]
    [InlineData("linux/s390x", MediaTypes.DockerManifestSchema1, false, false)]
    [InlineData("linux/s390x", MediaTypes.OciManifest, false, true)]
    [InlineData("linux/s390x", MediaTypes.DockerManifest, false, true)]
    [InlineData("linux/s390x", MediaTypes.OciIndex, false, true)]
    [InlineData("linux/s390x", MediaTypes.DockerManifestList, false, true)]
    public async Task Read_IndexEntry_CountsWhereAContainerCouldRunIt(string platform, string mediaType, bool isAttestation, bool counts)
    {
        var amd64 = Image(Configuration("linux/amd64"));
        var other = Image(Configuration(platform));

        var entry = Entry(other with { MediaType = mediaType }, platform, isAttestation);

        var details = await ReadAsync(Store(MediaTypes.OciIndex, $$"""{"manifests":[{{entry}},{{Entry(amd64, "linux/amd64")}}]}"""));

        details.Platforms.ShouldBe(counts ? [platform, "linux/amd64"] : ["linux/amd64"]);
        details.PlatformDigests.Count.ShouldBe(counts ? 2 : 1);
        details.Reason.ShouldBeNull();
    }

    [Fact]
    public async Task Read_IndexWithOtherAnnotations_CountsItsEntries()
    {
        var image = Image(Configuration("linux/amd64"));
        var entry = $$$"""
            {"mediaType":"{{{MediaTypes.OciManifest}}}","digest":"{{{image.Digest}}}","size":1,
             "platform":{"os":"linux","architecture":"amd64"},"annotations":{"team":"shop"}}
            """;

        (await ReadAsync(Store(MediaTypes.OciIndex, $$"""{"manifests":[{{entry}}]}"""))).Platforms.ShouldBe(["linux/amd64"]);
    }

    [Fact]
    public async Task Read_IndexWithOnePlatformTwice_NamesItOnceAndKeepsBothDigests()
    {
        Manifest one = Image(Configuration("linux/amd64")), two = Image("""{"os":"linux","architecture":"amd64"}""");

        var details = await ReadAsync(Store(MediaTypes.OciIndex, $$"""{"manifests":[{{Entry(one, "linux/amd64")}},{{Entry(two, "linux/amd64")}}]}"""));

        details.Platforms.ShouldBe(["linux/amd64"]);
        details.PlatformDigests.Select(platform => platform.Digest).ShouldBe([one.Digest.ToString(), two.Digest.ToString()]);
        details.Config!.Labels["platform"].ShouldBe("linux/amd64");
    }

    [Fact]
    public async Task Read_IndexEntriesWithoutAPlatform_AreNamedByTheirConfigurations()
    {
        Manifest one = Image(Configuration("linux/riscv64")), two = Image(Configuration("linux/s390x"));

        var details = await ReadAsync(Store(MediaTypes.OciIndex, $$"""{"manifests":[{{Entry(one)}},{{Entry(Chart())}},{{Entry(two)}}]}"""));

        details.Platforms.ShouldBe(["linux/riscv64", "linux/s390x"]);
        details.PlatformDigests.Select(platform => platform.Digest).ShouldBe([one.Digest.ToString(), two.Digest.ToString()]);
    }

    [Fact]
    public async Task Read_IndexInIndex_HasThePlatformsOfItsEntries()
    {
        Manifest one = Image(Configuration("linux/arm64")), two = Image(Configuration("linux/amd64"));
        var inner = Store(MediaTypes.OciIndex, $$"""{"manifests":[{{Entry(one, "linux/arm64")}},{{Entry(two, "linux/amd64")}}]}""");

        var details = await ReadAsync(Store(MediaTypes.OciIndex, $$"""{"manifests":[{{Entry(inner)}}]}"""));

        details.Platforms.ShouldBe(["linux/arm64", "linux/amd64"]);
        details.PlatformDigests.Select(platform => platform.Digest).ShouldBe([one.Digest.ToString(), two.Digest.ToString()]);
    }

    /// <summary>The order of an index is no more than a preference: an artifact among its entries neither is the image nor hides it.</summary>
    [Theory]
    [InlineData(null, false, 2)] // first, without a platform: an entry with one comes before it
    [InlineData("linux/amd64", false, 3)] // under the preferred platform's name
    [InlineData("linux/riscv64", false, 3)] // under the image's own
    [InlineData(null, true, 2)]
    [InlineData("linux/amd64", true, 2)]
    public async Task Read_IndexWithAnArtifactFirst_ShowsTheImage(string? platform, bool isTypedInTheEntry, int requests)
    {
        var image = Image(Configuration("linux/riscv64"));
        var artifact = Entry(Chart(), platform, artifactType: isTypedInTheEntry ? "application/vnd.acme.chart" : null);

        var details = await ReadAsync(Store(MediaTypes.OciIndex, $$"""{"manifests":[{{artifact}},{{Entry(image, "linux/riscv64")}}]}"""));

        details.Reason.ShouldBeNull();
        details.PlatformDigests.ShouldHaveSingleItem().Digest.ShouldBe(image.Digest.ToString());
        details.Config!.Labels["platform"].ShouldBe("linux/riscv64");
        _client.ReceivedCalls().Count().ShouldBe(requests);
    }

    /// <summary>What is gone or damaged costs its own platform alone; what may pass, and what concerns the repository, is the tag's reason.</summary>
    [Theory]
    [InlineData(RegistryErrorKind.NotFound, true)]
    [InlineData(RegistryErrorKind.DigestMismatch, true)]
    [InlineData(RegistryErrorKind.InvalidResponse, true)]
    [InlineData(RegistryErrorKind.TooLarge, true)]
    [InlineData(RegistryErrorKind.RateLimited, false)]
    [InlineData(RegistryErrorKind.ServerError, false)]
    [InlineData(RegistryErrorKind.Unreachable, false)]
    [InlineData(RegistryErrorKind.Unauthorized, false)]
    [InlineData(RegistryErrorKind.Denied, false)]
    public async Task Read_PreferredPlatformCannotBeRead_ShowsTheNextWhereOnlyItIsConcerned(RegistryErrorKind kind, bool isShown)
    {
        Manifest gone = Image(Configuration("linux/amd64")), image = Image(Configuration("linux/riscv64"));
        _client.GetManifestAsync(gone.Digest.ToString(), Arg.Any<CancellationToken>()).Returns<Manifest>(_ => throw new RegistryException(kind, "away"));
        var index = Store(MediaTypes.OciIndex, $$"""{"manifests":[{{Entry(gone, "linux/amd64")}},{{Entry(image, "linux/riscv64")}}]}""");

        if (!isShown)
        {
            (await Should.ThrowAsync<RegistryException>(() => ReadAsync(index))).Kind.ShouldBe(kind);
            return;
        }

        var details = await ReadAsync(index);
        details.Reason.ShouldBeNull();
        details.Platforms.ShouldBe(["linux/amd64", "linux/riscv64"]);
        details.Config!.Labels["platform"].ShouldBe("linux/riscv64");
    }

    [Fact]
    public async Task Read_EveryPlatformIsGone_FailsAsThePreferredOneDoes()
    {
        Manifest one = Image(Configuration("linux/s390x")), preferred = Image(Configuration("linux/amd64"));
        _client.GetManifestAsync(one.Digest.ToString(), Arg.Any<CancellationToken>())
            .Returns<Manifest>(_ => throw new RegistryException(RegistryErrorKind.NotFound, "other"));
        _client.GetManifestAsync(preferred.Digest.ToString(), Arg.Any<CancellationToken>())
            .Returns<Manifest>(_ => throw new RegistryException(RegistryErrorKind.NotFound, "preferred"));
        var index = Store(MediaTypes.OciIndex, $$"""{"manifests":[{{Entry(one, "linux/s390x")}},{{Entry(preferred, "linux/amd64")}}]}""");

        (await Should.ThrowAsync<RegistryException>(() => ReadAsync(index))).Message.ShouldBe("preferred");
    }

    [Fact]
    public async Task Read_IndexOfNothingButArtifacts_IsReadToALimit()
    {
        var entries = string.Join(',', Enumerable.Range(0, 50).Select(number => Entry(Chart(number), $"linux/a{number}")));

        (await ReadAsync(Store(MediaTypes.OciIndex, $$"""{"manifests":[{{entries}}]}"""))).Reason.ShouldBe(ScanReasons.NotAnImage);

        await _client.Received(8).GetManifestAsync(Arg.Any<string>(), Arg.Any<CancellationToken>());
    }

    /// <summary>A stranger's tag costs a few requests, however its indexes are nested.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("linux/amd64")]
    public async Task Read_IndexesInAnIndexOfNothingButArtifacts_AreReadToOneLimit(string? platform)
    {
        var outer = IndexOf(index => IndexOf(chart => Chart((8 * index) + chart)));

        (await ReadAsync(outer)).Reason.ShouldBe(ScanReasons.NotAnImage);

        await _client.Received(8).GetManifestAsync(Arg.Any<string>(), Arg.Any<CancellationToken>());

        Manifest IndexOf(Func<int, Manifest> entry) => Store(
            MediaTypes.OciIndex, $$"""{"manifests":[{{string.Join(',', Enumerable.Range(0, 8).Select(number => Entry(entry(number), platform)))}}]}""");
    }

    [Fact]
    public async Task Read_EntryThatIsGoneIsNamedAgain_IsAskedForOnce()
    {
        Manifest gone = Image(Configuration("linux/amd64")), image = Image(Configuration("linux/riscv64"));
        _client.GetManifestAsync(gone.Digest.ToString(), Arg.Any<CancellationToken>())
            .Returns<Manifest>(_ => throw new RegistryException(RegistryErrorKind.NotFound, "away"));

        var details = await ReadAsync(Store(MediaTypes.OciIndex, $$"""{"manifests":[{{Entry(gone)}},{{Entry(gone)}},{{Entry(image)}},{{Entry(gone)}}]}"""));

        details.Platforms.ShouldBe(["linux/riscv64"]);
        await _client.Received(1).GetManifestAsync(gone.Digest.ToString(), Arg.Any<CancellationToken>());
    }

    [Fact]
    public async Task Read_WindowsOfSeveralVersions_AreTold()
    {
        Manifest old = Image(Configuration("windows/amd64")), current = Image("""{"os":"windows","architecture":"amd64","os.version":"10.0.20348.1"}""");
        var index = Store(MediaTypes.OciIndex, $$"""
            {"manifests":[{{Entry(old, "windows/amd64", osVersion: "10.0.17763.1")}},{{Entry(current, "windows/amd64", osVersion: "10.0.20348.1")}}]}
            """);

        var details = await ReadAsync(index);

        details.Platforms.ShouldBe(["windows/amd64"]);
        details.PlatformDigests.Select(platform => platform.OsVersion).ShouldBe(["10.0.17763.1", "10.0.20348.1"]);
    }

    /// <summary>Docker 1.10 and registries of its time wrote such types for images' configurations; the content tells.</summary>
    [Theory]
    [InlineData("application/octet-stream")]
    [InlineData("application/json")]
    [InlineData("text/html")]
    [InlineData("")]
    [InlineData(null)]
    public async Task Read_ConfigurationOfNoType_IsAnImagesWhereItSaysSo(string? type)
    {
        (await ReadAsync(Image(Configuration("linux/amd64"), type))).Platforms.ShouldBe(["linux/amd64"]);
        foreach (var other in (string[])["{}", "[]", "no JSON", """{"os":"linux"}""", """{"architecture":"amd64"}""", "<html></html>"])
            (await ReadAsync(Image(other, type))).Reason.ShouldBe(ScanReasons.NotAnImage, other);
    }

    private Manifest Chart(int number = 0) =>
        Store(MediaTypes.OciManifest, $$$"""{"artifactType":"application/vnd.acme.chart","annotations":{"number":"{{{number}}}"}}""");

    [Fact]
    public async Task Read_Index_HasTheSizeAndTimeOfThePlatformShown()
    {
        var amd64 = Image("""{"created":"2026-01-02T00:00:00Z","os":"linux","architecture":"amd64"}""");
        var single = await ReadAsync(amd64);

        var details = await ReadAsync(Store(MediaTypes.OciIndex, $$"""{"manifests":[{{Entry(amd64, "linux/amd64")}}]}"""));

        (details.Size, details.Created).ShouldBe((single.Size, single.Created));
        details.Config.ShouldNotBeNull();
        single.PlatformDigests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Read_IndexWhosePlatformIsNoImage_SaysSoAsTheIndexItIs()
    {
        var chart = Store(MediaTypes.OciManifest, """{"artifactType":"application/vnd.acme.chart"}""");

        var details = await ReadAsync(Store(MediaTypes.OciIndex, $$"""{"manifests":[{{Entry(chart)}}]}"""));

        details.MediaType.ShouldBe(MediaTypes.OciIndex);
        details.Reason.ShouldBe(ScanReasons.NotAnImage);
        details.Message!.ShouldContain("application/vnd.acme.chart");
        details.PlatformDigests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"manifests":[]}""", "no image for any platform")]
    [InlineData("{}", "no image for any platform")]
    [InlineData("""{"artifactType":"application/vnd.acme.set","manifests":[]}""", "application/vnd.acme.set")]
    public async Task Read_IndexWithoutImages_SaysWhatItIs(string document, string says)
    {
        var details = await ReadAsync(Store(MediaTypes.OciIndex, document));

        details.Reason.ShouldBe(ScanReasons.NotAnImage);
        details.Message!.ShouldContain(says);
    }

    [Theory]
    [InlineData("application/vnd.acme.thing", ScanReasons.NotAnImage)]
    [InlineData("", ScanReasons.NotAnImage)]
    [InlineData(MediaTypes.DockerManifestSchema1, ScanReasons.UnsupportedManifest)]
    [InlineData(MediaTypes.DockerManifestSchema1Signed, ScanReasons.UnsupportedManifest)]
    public async Task Read_ManifestOfAnotherType_HasAReasonAndItsType(string mediaType, string reason)
    {
        var details = await ReadAsync(Store(mediaType, "{}"));

        (details.MediaType, details.Reason).ShouldBe((mediaType, reason));
        details.Message.ShouldNotBeNullOrEmpty();
        details.Config.ShouldBeNull();
        details.Created.ShouldBeNull();
    }

    /// <summary>An image is told from any other artifact by the type of its configuration.</summary>
    [Theory]
    [InlineData(MediaTypes.OciImageConfig, null, true)]
    [InlineData(MediaTypes.DockerImageConfig, null, true)]
    [InlineData(MediaTypes.OciImageConfig, "application/vnd.acme.chart", true)]
    [InlineData(MediaTypes.OciEmpty, null, false)]
    [InlineData("application/vnd.cncf.helm.config.v1+json", null, false)]
    [InlineData(MediaTypes.OciEmpty, "application/vnd.acme.chart", false)]
    public async Task Read_Configuration_ItsTypeSaysWhetherItIsAnImage(string configType, string? artifactType, bool isImage)
    {
        var content = "{}"u8.ToArray();
        _client.ReadBlobAsync(Arg.Any<Descriptor>(), Arg.Any<long>(), Arg.Any<CancellationToken>()).Returns(new ReadOnlyMemory<byte>(content));
        var type = artifactType is null ? "" : $"\"artifactType\":\"{artifactType}\",";

        var config = $$"""{"mediaType":"{{configType}}","digest":"{{Digest.Compute(content)}}","size":2}""";

        var details = await ReadAsync(Store(MediaTypes.DockerManifest, $$$"""{{{{type}}}"config":{{{config}}}}"""));

        details.Reason.ShouldBe(isImage ? null : ScanReasons.NotAnImage);
        if (!isImage) details.Message!.ShouldContain(artifactType ?? configType);
        if (isImage) details.Config!.LayerCount.ShouldBe(0);
        details.MediaType.ShouldBe(MediaTypes.DockerManifest);
    }

    [Fact]
    public async Task Read_TypeThatIsPagesLong_IsCutInTheMessage()
    {
        var type = new string('x', 100_000);
        var document = $$"""{"artifactType":"{{type}}"}""";

        foreach (var manifest in (Manifest[])[Store(type, "{}"), Store(MediaTypes.OciManifest, document), Store(MediaTypes.OciIndex, document)])
            (await ReadAsync(manifest)).Message!.Length.ShouldBeLessThan(600);
    }

    [Theory]
    [InlineData("""{"os":"linux","architecture":"amd64"}""", "linux/amd64")]
    [InlineData("""{"os":"linux","architecture":"arm","variant":"v7"}""", "linux/arm/v7")]
    [InlineData("""{"os":"linux"}""", null)]
    [InlineData("""{"architecture":"amd64"}""", null)]
    [InlineData("""{"os":"unknown","architecture":"unknown"}""", null)]
    [InlineData("{}", null)]
    public async Task Read_Image_HasThePlatformOfItsConfiguration(string configuration, string? platform) =>
        (await ReadAsync(Image(configuration))).Platforms.ShouldBe(platform is null ? [] : [platform]);

    [Fact]
    public async Task Read_Image_HasTheSizeOfConfigurationAndLayers()
    {
        var configuration = """{"os":"linux","architecture":"amd64"}""";

        (await ReadAsync(Image(configuration))).Size.ShouldBe(configuration.Length + 100 + 200);
    }

    private async Task<ImageDetails> ReadAsync(Manifest manifest)
    {
        var verified = VerifiedManifest.Verify(manifest.Content, manifest.MediaType, manifest.Digest, isAsked: true);
        return (await new ImageDetailsReader(_client).ReadAsync(verified, null, TestContext.Current.CancellationToken)).Details;
    }

    private Manifest Image(string configuration, string? type = MediaTypes.OciImageConfig)
    {
        var content = Encoding.UTF8.GetBytes(configuration);
        var digest = Digest.Compute(content);
        _client.ReadBlobAsync(Arg.Is<Descriptor>(blob => blob.Digest == digest), Arg.Any<long>(), Arg.Any<CancellationToken>())
            .Returns(new ReadOnlyMemory<byte>(content));
        return Store(MediaTypes.OciManifest, $$"""
            {"schemaVersion":2,"config":{"mediaType":{{JsonSerializer.Serialize(type)}},"digest":"{{digest}}","size":{{content.Length}}},"layers":[
              {"mediaType":"{{MediaTypes.OciLayerGzip}}","digest":"{{digest}}","size":100},
              {"mediaType":"{{MediaTypes.OciLayerGzip}}","digest":"{{digest}}","size":200}]}
            """);
    }

    private static string Configuration(string platform)
    {
        var parsed = Platform.Parse(platform);
        var config = new { Labels = new { platform } };
        return JsonSerializer.Serialize(new { os = parsed.Os, architecture = parsed.Architecture, variant = parsed.Variant, config });
    }

    private Manifest Store(string mediaType, string document)
    {
        var content = Encoding.UTF8.GetBytes(document);
        var manifest = new Manifest { MediaType = mediaType, Digest = Digest.Compute(content), Content = content };
        _client.GetManifestAsync(manifest.Digest.ToString(), Arg.Any<CancellationToken>()).Returns(manifest);
        return manifest;
    }

    private static string Entry(
        Manifest manifest, string? platform = null, bool isAttestation = false, string? artifactType = null, string? osVersion = null) =>
        JsonSerializer.Serialize(new
        {
            mediaType = manifest.MediaType,
            artifactType,
            digest = manifest.Digest.ToString(),
            size = manifest.Content.Length,
            platform = platform is null ? null : Platform.Parse(platform) with { OsVersion = osVersion },
            annotations = isAttestation ? new Dictionary<string, string> { [AnnotationKeys.DockerReferenceType] = "attestation-manifest" } : null,
        });
}
