using System.Text.Json.Nodes;
using RegistryOperator.Host.Cli.Output;
using RegistryOperator.Host.Tests.Text;

namespace RegistryOperator.Host.Tests.Cli.Output;

public sealed class JsonDocumentTextTests
{
    private const string Hostile = "a\u202Eb\u200B\u2066\uFEFF\u009b\u001b[31m \U000E0041 \u2028 é 日本 \U0001F600";

    /// <summary>Programs read the same value; a person who looks at the document is not deceived.</summary>
    [Fact]
    public void ToJson_WhatIsNotSeen_IsEscaped()
    {
        var text = JsonDocumentText.ToJson(new JsonObject { ["label"] = Hostile });

        TerminalTextTests.ShouldBeHarmless(text);
        ((string)JsonNode.Parse(text)!["label"]!).ShouldBe(Hostile);
        text.ShouldContain("é 日本");
    }

    [Fact]
    public void ToYaml_WhatIsNotSeen_IsEscaped()
    {
        var text = JsonDocumentText.ToYaml(new JsonObject { ["label"] = Hostile, ["lines"] = "one\n" + Hostile });

        TerminalTextTests.ShouldBeHarmless(text);
        text.ShouldContain("é 日本");
    }
}
