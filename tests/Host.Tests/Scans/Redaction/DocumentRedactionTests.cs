using System.Text;
using System.Text.Json.Nodes;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Scans.Redaction;
using RegistryOperator.Sboms;
using RegistryOperator.Tests.Servers;

namespace RegistryOperator.Host.Tests.Scans.Redaction;

/// <summary>No value of a variable or build argument is in a document that is stored.</summary>
public sealed class DocumentRedactionTests
{
    private const string Secret = "s3cr3t-VALUE";

    [Theory]
    [InlineData("COPY app /app", "COPY app /app")]
    [InlineData("ENV TOKEN=s3cr3t-VALUE", "ENV TOKEN=***")]
    [InlineData("ENV A=1 TOKEN=s3cr3t-VALUE B=2", "ENV A=*** TOKEN=*** B=***")]
    [InlineData("ENV TOKEN=with spaces s3cr3t-VALUE", "ENV TOKEN=***")]
    [InlineData("ENV TOKEN s3cr3t-VALUE", "ENV TOKEN ***")]
    [InlineData("ARG TOKEN", "ARG TOKEN")]
    [InlineData("ARG TOKEN=s3cr3t-VALUE", "ARG TOKEN=***")]
    [InlineData("/bin/sh -c #(nop)  ENV TOKEN=s3cr3t-VALUE", "/bin/sh -c #(nop)  ENV TOKEN=***")]
    [InlineData("/bin/sh -c #(nop)  ARG TOKEN=s3cr3t-VALUE", "/bin/sh -c #(nop)  ARG TOKEN=***")]
    [InlineData("RUN |1 TOKEN=s3cr3t-VALUE /bin/sh -c make # buildkit", "RUN |1 TOKEN=*** /bin/sh -c make # buildkit")]
    [InlineData("RUN |2 A=x y s3cr3t-VALUE B=2 /bin/bash -o pipefail -c make", "RUN |2 A=*** B=*** /bin/bash -o pipefail -c make")]
    [InlineData("|1 TOKEN=s3cr3t-VALUE /bin/sh -c make", "|1 TOKEN=*** /bin/sh -c make")]
    [InlineData("RUN |1 TOKEN=s3cr3t-VALUE /tools/runner go", "RUN |1 TOKEN=***")]
    [InlineData("RUN /bin/sh -c TOKEN=$TOKEN make", "RUN /bin/sh -c TOKEN=$TOKEN make")]
    public void Redact_Command_HasNamesAlone(string command, string expected) => BuildCommands.Redact(command, values: null).ShouldBe(expected);

    [Fact]
    public void Redact_ValueOfAVariableInAnotherCommand_IsTakenOut() =>
        BuildCommands.Redact($"LABEL token={Secret}", new VariableValues([Secret, "1"], CancellationToken.None)).ShouldBe("LABEL token=***");

    [Fact]
    public void Apply_ReportOfTrivy_KeepsAllElseByteByByte()
    {
        const string Before = "{\"SchemaVersion\": 2,\n \"Metadata\": {\"OS\": {\"Family\":\"debian\"}, \"ImageConfig\": ";
        const string After = "},\n \"Results\": [ {\"Vulnerabilities\":[{\"Layer\":{\"CreatedBy\":\"\"}, \"Env\": [\"is=kept\"]}]} ] }\n";
        var configuration = $$$"""
            {"config":{"Env":["PATH=/usr/bin","TOKEN={{{Secret}}}","EMPTY"],"Labels":{"a":"b"}},
             "history":[{"created_by":"ENV TOKEN={{{Secret}}}"},{"created_by":"RUN |1 T={{{Secret}}} /bin/sh -c make"},{"created_by":"WORKDIR /{{{Secret}}}"}],
             "container_config":{"env":["TOKEN={{{Secret}}}"],"Cmd":["/bin/sh","-c","#(nop)  ENV TOKEN={{{Secret}}}"]}}
            """;

        var stored = Stored(DocumentRedaction.TrivyReport, Before + configuration + After);

        stored.ShouldStartWith(Before);
        stored.ShouldEndWith(After);
        stored.ShouldNotContain(Secret);
        var config = JsonNode.Parse(stored)!["Metadata"]!["ImageConfig"]!;
        config["config"]!["Env"]!.AsArray().Select(one => (string)one!).ShouldBe(["PATH=***", "TOKEN=***", "EMPTY"]);
        config["config"]!["Labels"]!["a"]!.ToString().ShouldBe("b");
    }

    [Theory]
    [InlineData("metadata")]
    [InlineData("target")]
    public void Apply_DocumentOfSyft_HasTheConfigurationWithoutValues(string member)
    {
        var configuration = Encode($$$"""{"architecture":"amd64","config":{"ENV":["TOKEN={{{Secret}}}"]},"history":[{"created_by":"ARG T={{{Secret}}}"}]}""");
        var document = $$$"""
            {"artifacts":[{"metadata":{"config":"{{{configuration}}}"}}],"source":{"type":"image","{{{member}}}":{"config":"{{{configuration}}}"}},"schema":{}}
            """;

        var stored = JsonNode.Parse(Stored(SbomMediaTypes.SyftJson, document))!;

        var kept = Decode((string)stored["source"]![member]!["config"]!);
        kept.ShouldNotContain(Secret);
        kept.ShouldContain("amd64");
        kept.ShouldContain("TOKEN=***");
        ((string)stored["artifacts"]![0]!["metadata"]!["config"]!).ShouldBe(configuration, "It is no image's configuration.");
    }

    [Theory]
    [InlineData("no base64")]
    [InlineData("bm8ganNvbg==")]
    public void Apply_DocumentOfSyftWithAnotherConfiguration_LosesIt(string configuration)
    {
        var stored = Stored(SbomMediaTypes.SyftJson, $$$"""{"source":{"metadata":{"config":"{{{configuration}}}" } } }""");

        ((string)JsonNode.Parse(stored)!["source"]!["metadata"]!["config"]!).ShouldBe("");
    }

    [Theory]
    [InlineData("""{"config":{"Env":["TOKEN=s3cr3t-VALUE","A={0xFF}"]}}""")]
    [InlineData("""{"config":{"Env":["TOKEN=s3cr3t-VALUE"],"{0xFF}":1}}""")]
    [InlineData("""{"config":{"Env":["TOKEN=s3cr3t-VALUE"],"\ud800":1}}""")]
    public void Apply_ConfigurationWithATextThatIsNone_IsNotKept(string configuration)
    {
        var damaged = Encoding.Latin1.GetBytes(configuration.Replace("{0xFF}", "\u00FF", StringComparison.Ordinal));
        var ofTrivy = new ReportDocument(DocumentRedaction.TrivyReport, (byte[])[.. "{\"ImageConfig\":"u8, .. damaged, (byte)'}']);

        var ofSyft = Stored(SbomMediaTypes.SyftJson, $$$"""{"source":{"metadata":{"config":"{{{Convert.ToBase64String(damaged)}}}" } } }""");

        ofSyft.ShouldBe("""{"source":{"metadata":{"config":"" } } }""");
        Should.Throw<ScanException>(() => DocumentRedaction.Apply(ofTrivy)).Reason.ShouldBe(ScanReasons.Failed);
    }

    [Theory]
    [InlineData("trivy/shop-api-1.4.0.json", DocumentRedaction.TrivyReport, "SHOP_LOG_LEVEL=info")]
    [InlineData("syft/shop-api-1.4.0.syft.json", SbomMediaTypes.SyftJson, null)]
    public void Apply_DocumentOfARealTool_StaysReadable(string file, string mediaType, string? value)
    {
        var content = Encoding.UTF8.GetString(TestDocuments.Read(file));
        if (value is not null) content.ShouldContain(value);

        var stored = Stored(mediaType, content);

        if (value is not null) stored.ShouldNotContain(value);
        if (mediaType == SbomMediaTypes.SyftJson)
            PackagesOf(stored).ShouldBe(PackagesOf(content));
        Stored(mediaType, stored).ShouldBe(stored);
    }

    [Theory]
    [InlineData(SbomMediaTypes.SpdxJson)]
    [InlineData(SbomMediaTypes.CycloneDxJson)]
    [InlineData("application/json")]
    public void Apply_OtherDocument_IsStoredAsItIs(string mediaType) => Stored(mediaType, """{"ImageConfig":{"Env":["A=1"]}}""").ShouldContain("A=1");

    [Fact]
    public void Apply_ThousandsOfValuesAndCommands_EndsSoonAndShowsNone()
    {
        var variables = string.Join(',', Enumerable.Range(0, 20_000).Select(number => $"\"V{number}={Secret}{number}\""));
        var command = $$"""{"created_by":"RUN make {{new string('x', 2000)}} {{Secret}}19999"}""";
        var commands = string.Join(',', Enumerable.Repeat(command, 2000));

        var stored = Stored(DocumentRedaction.TrivyReport, $$$"""{"ImageConfig":{"config":{"Env":[{{{variables}}}]},"history":[{{{commands}}}]}}""");

        stored.ShouldNotContain(Secret);
    }

    [Fact]
    public void Apply_Cancelled_Stops()
    {
        var content = """{"ImageConfig":{"config":{"Env":["A=12345"]},"history":[{"created_by":"RUN make"}]}}""";
        var document = new ReportDocument(DocumentRedaction.TrivyReport, Encoding.UTF8.GetBytes(content));

        Should.Throw<OperationCanceledException>(() => DocumentRedaction.Apply(document, new CancellationToken(canceled: true)));
    }

    private static string Stored(string mediaType, string content) =>
        Encoding.UTF8.GetString(DocumentRedaction.Apply(new ReportDocument(mediaType, Encoding.UTF8.GetBytes(content))).Content.Span);

    private static IEnumerable<string> PackagesOf(string document) =>
        SbomReader.Read(SbomMediaTypes.SyftJson, Encoding.UTF8.GetBytes(document)).Packages.Select(package => $"{package.Name} {package.Version}");

    private static string Encode(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static string Decode(string text) => Encoding.UTF8.GetString(Convert.FromBase64String(text));
}
