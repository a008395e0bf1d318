using System.Text;
using CsCheck;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Sboms.Documents;
using RegistryOperator.Tests.Servers;

namespace RegistryOperator.Sboms.Tests;

/// <summary>Whatever is wrong with a document, the reader says what and where, and never fails in another way.</summary>
public sealed class BrokenDocumentTests
{
    private const string Syft = SbomMediaTypes.SyftJson;
    private const string Spdx = SbomMediaTypes.SpdxJson;
    private const string CycloneDx = SbomMediaTypes.CycloneDxJson;

    [Theory]
    [InlineData(Syft, "", "The document is empty.")]
    [InlineData(Spdx, " \n", "The document is empty.")]
    [InlineData(Syft, "[]", "The document is no valid Syft JSON: the value at $, line 1, byte 1 is an array where an object is expected.")]
    [InlineData(CycloneDx, "null", "The document is no valid CycloneDX JSON: the value at $, line 1, byte 1 is null.")]
    [InlineData(Spdx, "7", "The document is no valid SPDX JSON: the value at $, line 1, byte 1 is a number where an object is expected.")]
    [InlineData(
        Syft,
        """{"artifacts":[{"\ud800":1}],"schema":{}}""",
        "The document is no valid Syft JSON: the value at $.artifacts[0].\\ud800, line 1, byte 16 has a name that is not valid Unicode.")]
    [InlineData(
        Syft,
        "{}",
        "The document is no Syft JSON: it has no 'artifacts' at its top level; it looks like no SBOM that is known (Syft JSON, SPDX 2 JSON, CycloneDX JSON).")]
    [InlineData(
        Syft,
        """{"bomFormat":"CycloneDX"}""",
        "The document is no Syft JSON: it has no 'artifacts' at its top level; it looks like application/vnd.cyclonedx+json.")]
    [InlineData(
        CycloneDx,
        """{"spdxVersion":"SPDX-2.3"}""",
        "The document is no CycloneDX JSON: it has no 'bomFormat': 'CycloneDX' at its top level; it looks like application/spdx+json.")]
    [InlineData(
        Spdx,
        """{"artifactRelationships":[]}""",
        "The document is no SPDX JSON: it has no 'spdxVersion' at its top level; it looks like application/vnd.syft+json.")]
    [InlineData(
        CycloneDx,
        """{"bomFormat":"CycloneDX","specVersion":"2.0"}""",
        "The document's 'specVersion' is '2.0', and CycloneDX 1.2 and later versions of 1 are known: save it as CycloneDX 1.6 JSON.")]
    [InlineData(
        CycloneDx,
        """{"bomFormat":"CycloneDX","specVersion":"1.1"}""",
        "The document's 'specVersion' is '1.1', and CycloneDX 1.2 and later versions of 1 are known: save it as CycloneDX 1.6 JSON.")]
    [InlineData(
        Spdx, """{"spdxVersion":"SPDX-1.2"}""", "The document's 'spdxVersion' is 'SPDX-1.2', and SPDX-2.2 and SPDX-2.3 are known: save it as SPDX 2.3 JSON.")]
    [InlineData(Spdx, """{"spdxVersion":"SPDX-3.0"}""", "The document is SPDX 3 JSON-LD, which is not supported: save it as SPDX 2.3 JSON.")]
    [InlineData(Spdx, "SPDXVersion: SPDX-2.3\n", "The document is SPDX tag-value, which is not supported: save it as SPDX 2.3 JSON.")]
    [InlineData(CycloneDx, "<?xml version=\"1.0\"?><bom/>", "The document is XML, which is not supported: save it as SPDX 2.3 JSON or CycloneDX JSON.")]
    [InlineData(
        "text/plain",
        "{}",
        "Documents of media type 'text/plain' can't be read: application/vnd.syft+json, application/spdx+json and application/vnd.cyclonedx+json can.")]
    [InlineData(
        "application/json",
        """{"matches":[]}""",
        "The document is no SBOM that is known: it has none of 'artifactRelationships' (Syft JSON), 'spdxVersion' (SPDX 2 JSON) " +
            "and 'bomFormat' (CycloneDX JSON) at its top level.")]
    public void Read_AnotherKindOfDocument_SaysWhatItIsAndWhatToDo(string mediaType, string document, string message) =>
        Refusal(mediaType, Text.Utf8(document)).ShouldBe(message);

    [Theory]
    [InlineData(Syft, """{"artifacts":7}""", "$.artifacts, line 1, byte 14 is a number where an array is expected")]
    [InlineData(
        Syft,
        "{\n \"artifacts\": [\n  {\"id\": \"a\", \"name\": \"n\"},\n  {\"id\": true}]}",
        "$.artifacts[1].id, line 4, byte 10 is true or false where a text is expected")]
    [InlineData(
        Syft,
        """{"artifacts":[{"name":"n","id":"a","licenses":[{"value":{}}]}]}""",
        "$.artifacts[0].licenses[0].value, line 1, byte 57 is an object where a text is expected")]
    [InlineData(Syft, """{"artifacts":[{"id":"a"}]}""", "$.artifacts[0], line 1, byte 24 has no 'name'")]
    [InlineData(Syft, """{"artifacts":[{"name":"n"}]}""", "$.artifacts[0], line 1, byte 26 (package 'n') has no 'id'")]
    [InlineData(Syft, """{"artifacts":[null]}""", "$.artifacts[0], line 1, byte 15 is null where a package is expected")]
    [InlineData(
        Syft,
        """{"artifacts":[],"artifactRelationships":[{"type":"dependency-of","child":"x"}]}""",
        "$.artifactRelationships[0], line 1, byte 77 has no 'parent' or no 'child'")]
    [InlineData(Spdx, """{"spdxVersion":2.3}""", "$.spdxVersion, line 1, byte 16 is a number where a text is expected")]
    [InlineData(
        Spdx,
        """{"packages":[{"SPDXID":"p","name":"n","externalRefs":{}}]}""",
        "$.packages[0].externalRefs, line 1, byte 54 is an object where an array is expected")]
    [InlineData(
        Spdx,
        """{"relationships":[{"spdxElementId":"a"}]}""",
        "$.relationships[0], line 1, byte 39 has no 'spdxElementId', no 'relatedSpdxElement' or no 'relationshipType'")]
    [InlineData(CycloneDx, """{"components":{"type":"library"}}""", "$.components, line 1, byte 15 is an object where an array is expected")]
    [InlineData(CycloneDx, """{"components":[{"bom-ref":"r","name":["n"]}]}""", "$.components[0].name, line 1, byte 38 is an array where a text is expected")]
    [InlineData(CycloneDx, """{"dependencies":[{"dependsOn":[]}]}""", "$.dependencies[0], line 1, byte 33 has no 'ref'")]
    [InlineData(
        CycloneDx, """{"dependencies":[{"ref":"a","dependsOn":"b"}]}""", "$.dependencies[0].dependsOn, line 1, byte 41 is a text where an array is expected")]
    public void Read_WrongValue_SaysWhereItIs(string mediaType, string document, string where) =>
        Refusal(mediaType, Text.Utf8(document)).ShouldEndWith($"the value at {where}.");

    [Theory]
    [InlineData("""{"artifacts":[{"id":"a","na""", "The document is no valid JSON at $.artifacts[0].id, line 1, byte 25:")]
    [InlineData("""{"artifacts":[],}""", "The document is no valid JSON at $.artifacts, line 1, byte 17:")]
    [InlineData("""{"artifacts":[]} more""", "The document is no valid JSON at $, line 1, byte 18:")]
    public void Read_BrokenJson_SaysWhere(string document, string start) => Refusal(Syft, Text.Utf8(document)).ShouldStartWith(start);

    [Fact]
    public void Read_TextThatIsNotUtf8_SaysWhereItIs()
    {
        byte[] document = [.. "{\"artifacts\":[{\"id\":\""u8, 0xFF, .. "\"}]}"u8];

        Refusal(Syft, document).ShouldEndWith("the value at $.artifacts[0].id, line 1, byte 21 is text that is not valid Unicode.");
    }

    [Theory]
    [InlineData(Syft, """{"artifacts":""", "[", "]")]
    [InlineData(Spdx, """{"unknown":""", "[", "]")]
    [InlineData(CycloneDx, """{"components":""", """[{"bom-ref":"r","name":"n","components":""", "}]")]
    public void Read_NestedTooDeep_IsRefused(string mediaType, string start, string open, string close)
    {
        var document = start + string.Concat(Enumerable.Repeat(open, 10_000)) + string.Concat(Enumerable.Repeat(close, 10_000)) + "}";

        Refusal(mediaType, Text.Utf8(document)).ShouldNotBeEmpty();
    }

    public static TheoryData<string, string> RealDocuments => new()
    {
        { Syft, "syft/alpine.syft.json" },
        { Spdx, "syft/alpine.spdx-2.2.json" },
        { CycloneDx, "syft/alpine.cyclonedx-1.4.json" },
        { Spdx, "trivy/alpine.spdx.json" },
        { CycloneDx, "trivy/alpine.cyclonedx.json" },
    };

    [Theory]
    [MemberData(nameof(RealDocuments))]
    public void Read_DocumentCutOffAtAnyByte_IsRefused(string mediaType, string file)
    {
        const int Step = 7;
        var document = TrimEnd(TestDocuments.Read(file));
        for (var length = 0; length < document.Length; length += Step) Refusal(mediaType, document.AsMemory(0, length)).ShouldNotBeEmpty();
    }

    [Theory]
    [MemberData(nameof(RealDocuments))]
    public void Read_DocumentWithAnyBytesChanged_IsReadOrRefused(string mediaType, string file)
    {
        var document = TestDocuments.Read(file);
        Gen.Select(Gen.Int[0, document.Length - 1], Gen.Byte).Array[1, 4].Sample(
            changes =>
            {
                var changed = document.ToArray();
                foreach (var (at, value) in changes) changed[at] = value;
                try
                {
                    SbomReader.Detect(changed);
                    SbomReader.Read(mediaType, changed);
                }
                catch (SbomFormatException)
                {
                    // The one error that a document may cause.
                }
            },
            iter: 500);
    }

    [Theory]
    [MemberData(nameof(RealDocuments))]
    public void Read_DocumentWithAnyValueReplacedByAnother_IsReadOrRefused(string mediaType, string file)
    {
        var document = Encoding.UTF8.GetString(TestDocuments.Read(file));
        string[] values = ["7", "true", "null", "\"text\"", "{}", "[]", "[null]", "[{}]", "[[]]", "\"\\ud800\""];
        var colons = Enumerable.Range(0, document.Length).Where(at => document[at] == ':' && document[at - 1] == '"').ToArray();
        Gen.Select(Gen.Int[0, colons.Length - 1], Gen.OneOf(values)).Sample(
            (which, value) =>
            {
                var start = colons[which] + 1;
                var end = document.IndexOfAny([',', '}'], start);
                try
                {
                    SbomReader.Read(mediaType, Text.Utf8(document[..start] + value + document[end..]));
                }
                catch (SbomFormatException)
                {
                    // The one error that a document may cause.
                }
            },
            iter: 500);
    }

    private static string Refusal(string mediaType, ReadOnlyMemory<byte> document) =>
        Should.Throw<SbomFormatException>(() => SbomReader.Read(mediaType, document)).Message;

    private static byte[] TrimEnd(byte[] document) => document.AsSpan().TrimEnd("\n "u8).ToArray();
}
