using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Host.Images;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Rounds;
using RegistryOperator.Testing.Images;

namespace RegistryOperator.Host.Tests.Images;

/// <summary>
/// Documents that no builder writes: each value of a configuration, a manifest and an index replaced by each of many odd ones. None of them
/// ends the round; each tag has details or a reason with a sentence, and a status that the API server takes.
/// </summary>
public sealed class OddDocumentsTests : IAsyncLifetime
{
    private const string Configuration = """
        {"created":"2026-01-02T03:04:05Z","author":"Ada","os":"linux","architecture":"amd64","variant":"v3","config":{
          "User":"1000","WorkingDir":"/app","Entrypoint":["/app/run"],"Cmd":["--port","80"],"Env":["PATH=/bin"],
          "ExposedPorts":{"8080/tcp":{}},"Labels":{"org.opencontainers.image.base.name":"debian:12","team":"shop"}},
         "rootfs":{"type":"layers","diff_ids":["sha256:x"]},"history":[{"created":"2026-01-02T03:04:05Z","created_by":"RUN"}]}
        """;

    /// <summary>What stands in for a value, as JSON.</summary>
    private static readonly string[] OddValues =
    [
        "null", "[null]", "{\"x\":null}", "{}", "[]", "\"\"", "\"odd\"", "true", "0", "-1", "1e400", "9223372036854775807", "9223372036854775808", "0.5",
        "[[null]]", "[{}]", "[\"a\",null]", "\"9999-12-31T23:59:59-14:00\"", "\"0001-01-01T00:00:00+14:00\"", "\"\\ud800\"",
    ];

    private InspectionSandbox _sandbox = null!;

    public async ValueTask InitializeAsync() => _sandbox = await InspectionSandbox.StartAsync();

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Fact]
    public async Task Inspect_OddConfigurations_EachTagHasDetailsOrAReason()
    {
        var what = new Dictionary<string, string>();
        foreach (var (document, change) in Changed(Configuration)) Push(what, change, Image(document).Manifest);

        await InspectAsync(what);
    }

    [Fact]
    public async Task Inspect_OddManifests_EachTagHasDetailsOrAReason()
    {
        var what = new Dictionary<string, string>();
        var (_, config, document) = Image(Configuration);
        foreach (var (odd, change) in Changed(document)) Push(what, change, new TestManifest(MediaTypes.OciManifest, Encoding.UTF8.GetBytes(odd), [config]));

        await InspectAsync(what);
    }

    [Fact]
    public async Task Inspect_OddIndexes_EachTagHasDetailsOrAReason()
    {
        var what = new Dictionary<string, string>();
        var (image, _, _) = Image(Configuration);
        var index = $$$"""
            {"schemaVersion":2,"mediaType":"{{{MediaTypes.OciIndex}}}","artifactType":"","manifests":[
              {"mediaType":"{{{MediaTypes.OciManifest}}}","digest":"{{{image.Digest}}}","size":{{{image.Content.Length}}},"artifactType":"",
               "platform":{"os":"linux","architecture":"amd64","variant":"v3","os.version":"1","os.features":["x"]},"annotations":{"a":"b"}}],
             "subject":{"mediaType":"{{{MediaTypes.OciManifest}}}","digest":"{{{image.Digest}}}","size":1},"annotations":{"a":"b"}}
            """;
        foreach (var (odd, change) in Changed(index))
            Push(what, change, new TestManifest(MediaTypes.OciIndex, Encoding.UTF8.GetBytes(odd), manifests: [image]));

        await InspectAsync(what);
    }

    /// <summary>A null string is read as the empty one, as Go reads it; what describes nothing is left out.</summary>
    [Fact]
    public async Task Inspect_NullsInLists_AreNoReason()
    {
        var (_, config, _) = Image("""
            {"os":"linux","architecture":"amd64","config":{"User":null,"Entrypoint":["sh",null,"-c"],"Cmd":[null],"Env":[null,"A=1",null],
              "ExposedPorts":{"80/tcp":null},"Labels":{"team":null,"org.opencontainers.image.base.name":null}}}
            """);
        _sandbox.Push("1.0.0", new TestManifest(MediaTypes.OciManifest, Encoding.UTF8.GetBytes($$$"""
            {"schemaVersion":2,"config":{"mediaType":"{{{MediaTypes.OciImageConfig}}}","digest":"{{{config.Digest}}}","size":{{{config.Content.Length}}},
               "annotations":null,"platform":null},
             "layers":[null,{"mediaType":null,"digest":"{{{config.Digest}}}","size":100},null],"annotations":{"org.opencontainers.image.authors":null}}
            """), [config]));

        var details = (await _sandbox.InspectAsync("1.0.0")).Details.ShouldNotBeNull();

        details.Reason.ShouldBeNull();
        details.Size.ShouldBe(config.Content.Length + 100);
        var shown = details.Config.ShouldNotBeNull();
        shown.Entrypoint.ShouldBe(["sh", "", "-c"]);
        shown.Cmd.ShouldBe([""]);
        shown.EnvVars.ShouldBe(["A"]);
        shown.ExposedPorts.ShouldBe(["80/tcp"]);
        shown.Labels["team"].ShouldBe("");
        (shown.BaseImage, shown.Author, shown.User).ShouldBe((null, null, null));
        shown.LayerCount.ShouldBe(1);
    }

    /// <summary>A value that nobody needs is no reason to know nothing of an image.</summary>
    [Theory]
    [InlineData("""{"created":"","os":"linux","architecture":"amd64","config":{"Entrypoint":"sh -c","Cmd":"x"}}""", "sh -c", "x", "", "")]
    [InlineData("""{"created":"soon","os":"linux","architecture":"amd64","author":7,"config":{"Cmd":["a",1,true,null,{},["b"]]}}""", "", "a 1 true ", "", "")]
    [InlineData("""{"created":1457510670,"os":"linux","architecture":"amd64","config":{"User":0,"WorkingDir":{},"Env":"A=1"}}""", "", "", "A", "")]
    [InlineData("""{"created":{},"os":"linux","architecture":"amd64","config":{"Env":{},"ExposedPorts":["80/tcp",null],"Labels":[]}}""", "", "", "", "")]
    [InlineData("""{"os":"linux","architecture":"amd64","config":{"Labels":{"a":1,"b":null,"c":{"d":1},"e":false}}}""", "", "", "", "a=1 b= e=false")]
    [InlineData("""{"os":"linux","architecture":"amd64","config":{"Labels":{"a":"\ud800"}}}""", "", "", "", "a=\ufffd")]
    public async Task Inspect_ValuesOfOtherTypes_AreReadAsFarAsTheyGo(string configuration, string entrypoint, string command, string variables, string labels)
    {
        _sandbox.Push("1.0.0", Image(configuration).Manifest);

        var details = (await _sandbox.InspectAsync("1.0.0")).Details.ShouldNotBeNull();

        details.Reason.ShouldBeNull();
        details.Platforms.ShouldBe(["linux/amd64"]);
        var shown = details.Config.ShouldNotBeNull();
        string.Join(' ', shown.Entrypoint).ShouldBe(entrypoint);
        string.Join(' ', shown.Cmd).ShouldBe(command);
        string.Join(' ', shown.EnvVars).ShouldBe(variables);
        string.Join(' ', shown.Labels.Select(label => $"{label.Key}={label.Value}")).ShouldBe(labels);
    }

    [Theory]
    [InlineData("99999999999999999999", long.MaxValue)]
    [InlineData("1e400", long.MaxValue)]
    [InlineData("\"100\"", 100)]
    [InlineData("100.9", 100)]
    [InlineData("null", 0)]
    [InlineData("[1]", 0)]
    [InlineData("\"many\"", 0)]
    [InlineData("-99999999999999999999", 0)]
    public async Task Inspect_SizeOfALayer_IsReadAsFarAsItGoes(string size, long expected)
    {
        var (_, config, _) = Image(Configuration);
        _sandbox.Push("1.0.0", new TestManifest(MediaTypes.OciManifest, Encoding.UTF8.GetBytes($$$"""
            {"config":{"mediaType":"{{{MediaTypes.OciImageConfig}}}","digest":"{{{config.Digest}}}","size":0,"annotations":[7]},
             "layers":[{"mediaType":"{{{MediaTypes.OciLayerGzip}}}","digest":"{{{config.Digest}}}","size":{{{size}}},"annotations":"x"}],"annotations":{"a":1}}
            """), [config]));

        (await _sandbox.InspectAsync("1.0.0")).Details.ShouldNotBeNull().Size.ShouldBe(expected);
    }

    [Fact]
    public async Task Inspect_NullsInAnIndex_AreNoReason()
    {
        var (image, _, _) = Image(Configuration);
        _sandbox.Push("1.0.0", new TestManifest(MediaTypes.OciIndex, Encoding.UTF8.GetBytes($$$"""
            {"schemaVersion":2,"manifests":[null,
              {"mediaType":null,"digest":"{{{image.Digest}}}"},
              {"mediaType":"{{{MediaTypes.OciManifest}}}","digest":"{{{image.Digest}}}","platform":{"os":null,"architecture":"amd64"}},
              {"mediaType":"{{{MediaTypes.OciManifest}}}","digest":"{{{image.Digest}}}","platform":null,"annotations":null}],"annotations":null}
            """), manifests: [image]));

        var details = (await _sandbox.InspectAsync("1.0.0")).Details.ShouldNotBeNull();

        details.Reason.ShouldBeNull();
        // The entry of an unknown platform is none; the one that says nothing is named by its configuration.
        details.PlatformDigests.ShouldHaveSingleItem().Platform.ShouldBe("linux/amd64/v3");
    }

    [Fact]
    public async Task Inspect_SizesThatCannotBe_AreBounded()
    {
        var (_, config, _) = Image(Configuration);
        var layer = $$"""{"mediaType":"{{MediaTypes.OciLayerGzip}}","digest":"{{config.Digest}}","size":9223372036854775807}""";
        _sandbox.Push("1.0.0", new TestManifest(MediaTypes.OciManifest, Encoding.UTF8.GetBytes($$$"""
            {"config":{"mediaType":"{{{MediaTypes.OciImageConfig}}}","digest":"{{{config.Digest}}}","size":-5},"layers":[{{{layer}}},{{{layer}}}]}
            """), [config]));

        (await _sandbox.InspectAsync("1.0.0")).Details.ShouldNotBeNull().Size.ShouldBe(long.MaxValue);
    }

    private async Task InspectAsync(Dictionary<string, string> what)
    {
        what.Count.ShouldBeGreaterThan(200);
        _sandbox.Push("good1");
        _sandbox.Push("good2");
        var pool = _sandbox.Pool(concurrency: 4);

        var images = await pool.InspectAsync([.. what.Keys.Prepend("good1").Append("good2").Select(VersionedTag.Read)], TestContext.Current.CancellationToken);

        pool.Outage.ShouldBeNull();
        _sandbox.Log.Entries.Select(entry => entry.Exception?.ToString()).ShouldBeEmpty();
        images[0].Details.ShouldNotBeNull();
        images[^1].Details.ShouldNotBeNull();
        images.Count(image => image.Details is { Reason: null }).ShouldBeGreaterThan(50);
        var builder = new StatusBuilder(null, new Dictionary<string, KnownImage>(), DateTimeOffset.UnixEpoch);
        foreach (var image in images[1..^1])
        {
            var change = what[image.Tag.Tag];
            var reason = image.Details?.Reason ?? image.Reason;
            if (image.Details is null) image.Reason.ShouldNotBeNullOrEmpty(change);
            if (reason is not null) (image.Details?.Message ?? image.Message).ShouldNotBeNullOrEmpty(change);
            if (reason is null) image.Details!.Config.ShouldNotBeNull(change);
            (image.Details?.Message ?? image.Message ?? "").ShouldNotContain("System.", Case.Sensitive, change);
            (image.Details?.Message ?? image.Message ?? "").ShouldNotContain(nameof(RegistryOperator), Case.Sensitive, change);
            image.Details?.Size?.ShouldBeGreaterThanOrEqualTo(0, change);
            var status = JsonSerializer.Serialize(builder.Build(image), RegistryJson.Image);
            HasNull(JsonNode.Parse(status)).ShouldBeFalse($"{change}: {status}");
        }
    }

    private void Push(Dictionary<string, string> what, string change, TestManifest manifest)
    {
        var tag = $"t{what.Count:0000}";
        what[tag] = change;
        _sandbox.Push(tag, manifest);
    }

    private static (TestManifest Manifest, TestBlob Config, string Document) Image(string configuration)
    {
        var config = new TestBlob(MediaTypes.OciImageConfig, Encoding.UTF8.GetBytes(configuration));
        var document = $$$"""
            {"schemaVersion":2,"mediaType":"{{{MediaTypes.OciManifest}}}","artifactType":"",
             "config":{"mediaType":"{{{MediaTypes.OciImageConfig}}}","digest":"{{{config.Digest}}}","size":{{{config.Content.Length}}},"annotations":{"a":"b"}},
             "layers":[{"mediaType":"{{{MediaTypes.OciLayerGzip}}}","digest":"{{{config.Digest}}}","size":100,"annotations":{"a":"b"}}],
             "subject":{"mediaType":"{{{MediaTypes.OciManifest}}}","digest":"{{{config.Digest}}}","size":1},
             "annotations":{"org.opencontainers.image.created":"2026-01-02T03:04:05Z"}}
            """;
        return (new TestManifest(MediaTypes.OciManifest, Encoding.UTF8.GetBytes(document), [config]), config, document);
    }

    /// <summary>The document with each of its values, from the whole to the last string, replaced by each of the odd ones.</summary>
    private static IEnumerable<(string Document, string Change)> Changed(string document)
    {
        foreach (var path in Paths(JsonNode.Parse(document)!, []).ToArray())
        {
            foreach (var odd in OddValues)
            {
                // The odd value is text that no JSON library has to be able to hold.
                const string Mark = "\"here it stands\"";
                var changed = Replace(document, path, Mark).Replace(Mark, odd, StringComparison.Ordinal);
                yield return (changed, $"/{string.Join('/', path)} = {odd}");
            }
        }
    }

    private static string Replace(string document, object[] path, string mark)
    {
        var node = JsonNode.Parse(document)!;
        foreach (var step in path[..^1]) node = step is int index ? node[index]! : node[(string)step]!;
        var root = node.Root;
        if (path[^1] is int last) node[last] = JsonNode.Parse(mark);
        else node[(string)path[^1]] = JsonNode.Parse(mark);
        return root.ToJsonString();
    }

    private static IEnumerable<object[]> Paths(JsonNode? node, object[] path)
    {
        if (path.Length > 0) yield return path;
        IEnumerable<(object Step, JsonNode? Child)> children = node switch
        {
            JsonObject map => map.Select(entry => ((object)entry.Key, entry.Value)),
            JsonArray list => list.Select((entry, index) => ((object)index, entry)),
            _ => [],
        };
        foreach (var (step, child) in children)
        {
            foreach (var deeper in Paths(child, [.. path, step])) yield return deeper;
        }
    }

    private static bool HasNull(JsonNode? node) => node switch
    {
        null => true,
        JsonObject map => map.Any(entry => HasNull(entry.Value)),
        JsonArray list => list.Any(HasNull),
        _ => false,
    };
}
