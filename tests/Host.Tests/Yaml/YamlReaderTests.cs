using System.Text.Json.Nodes;
using CsCheck;
using RegistryOperator.Host.Yaml;

namespace RegistryOperator.Host.Tests.Yaml;

public sealed class YamlReaderTests
{
    // The examples of https://yaml.org/spec/1.2.2/#1032-tag-resolution, and what YAML 1.1 would read differently.
    [Theory]
    [InlineData("null", "null")]
    [InlineData("~", "null")]
    [InlineData("'null'", "\"null\"")]
    [InlineData("true", "true")]
    [InlineData("FALSE", "false")]
    [InlineData("yes", "\"yes\"")]
    [InlineData("0", "0")]
    [InlineData("-19", "-19")]
    [InlineData("+12", "12")]
    [InlineData("007", "7")]
    [InlineData("0o7", "7")]
    [InlineData("0x3A", "58")]
    [InlineData("0xFFFFFFFFFFFFFFFF", "18446744073709551615")]
    [InlineData("0.", "0")]
    [InlineData("-0.0", "-0.0")]
    [InlineData(".5", "0.5")]
    [InlineData("+12e03", "12e03")]
    [InlineData("-2E+05", "-2E+05")]
    [InlineData("1_000", "\"1_000\"")]
    [InlineData("12:30:45", "\"12:30:45\"")]
    [InlineData("1.27.3", "\"1.27.3\"")]
    [InlineData("1.20", "1.20")]
    [InlineData("\"1.20\"", "\"1.20\"")]
    [InlineData("2030-01-31", "\"2030-01-31\"")]
    [InlineData("!!str 5", "\"5\"")]
    [InlineData("! 5", "\"5\"")]
    [InlineData("!!int '5'", "5")]
    [InlineData("!!float 5", "5")]
    [InlineData("|\n a\n b\n", "\"a\\nb\\n\"")]
    [InlineData("[a, {b: 1}]", "[\"a\",{\"b\":1}]")]
    public void Read_Scalar_HasTheTypeOfTheCoreSchema(string yaml, string json) => (ReadOne(yaml)?.ToJsonString() ?? "null").ShouldBe(json);

    [Theory]
    [InlineData("a: .inf", "f.yaml:1:4: '.inf' is a number that JSON does not have; quote it if it is a string")]
    [InlineData("a: !!binary YQ==", "f.yaml:1:4: tag '!!binary' is not known or does not fit the value")]
    [InlineData("a: !!int x", "f.yaml:1:4: tag '!!int' is not known or does not fit the value")]
    [InlineData("a: 1\nb: 2\na: 3", "f.yaml:3:1: field 'a' is given twice; keep one")]
    [InlineData("a: *b", "f.yaml:1:4: alias '*b' names an anchor that does not stand before it")]
    [InlineData("a: &b [*b]", "f.yaml:1:8: alias '*b' stands inside the value that it names")]
    [InlineData("[a]: 1", "f.yaml:1:1: a key must be a plain word or a string, not a list or a map")]
    [InlineData("<<: 1", "f.yaml:1:1: '<<' merges a map or a list of maps; quote it if it is a field's name")]
    public void Read_Mistake_IsReportedWhereItStands(string yaml, string expected)
    {
        Problems(yaml).ShouldHaveSingleItem().ToString().ShouldBe(expected);
    }

    [Fact]
    public void Read_AnchorsAndMergeKeys_AreFollowed() =>
        ReadOne("base: &base {a: 1, b: 2}\nmore: &more {b: 3, c: 4}\nx: *base\ny:\n  <<: [*base, *more]\n  a: 9")!["y"]!.ToJsonString().ShouldBe("""{"a":9,"b":2,"c":4}""");

    [Fact]
    public void Read_SyntaxErrorInOneDocument_OtherDocumentsAreRead()
    {
        var problems = new List<YamlProblem>();

        var documents = YamlReader.Read(new YamlSource("f.yaml", new StringReader("a: 1\n---\nb: [1\nx: y\n---\nc: 3\n---\nd: 'open\n---\ne: !!int x\n")), problems);

        documents.Select(document => document.Json!.ToJsonString()).ShouldBe(["""{"a":1}""", """{"c":3}""", """{"e":null}"""]);
        problems.Select(problem => problem.Line).ShouldBe([3, 8, 10]);
    }

    [Fact]
    public void Read_BillionLaughs_IsRefused()
    {
        var yaml = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + string.Concat(Enumerable.Range(1, 9).Select(i => $"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n"));

        Problems(yaml).ShouldHaveSingleItem().Message.ShouldContain("aliases repeat");
    }

    [Fact]
    public void Read_MergeBomb_IsRefused()
    {
        var yaml = "a0: &a0 {}\n" + string.Concat(Enumerable.Range(1, 200).Select(i => $"a{i}: &a{i}\n  <<: [*a{i - 1}, *a{Math.Max(0, i - 2)}]\n"));

        Problems(yaml).ShouldHaveSingleItem().Message.ShouldContain("merges more than");
    }

    [Theory]
    [InlineData('[')]
    [InlineData('{')]
    public void Read_DeepNesting_IsRefused(char bracket) => Problems(new string(bracket, 10_000)).ShouldHaveSingleItem();

    [Fact]
    public void Read_HugeFile_IsRefused() => Problems(new string('#', YamlLimits.FileLength + 1)).ShouldHaveSingleItem().Message.ShouldContain("split the file");

    [Fact]
    public void Read_AnyText_EndsInDocumentsOrProblems() =>
        Gen.Char["ab:-[]{}&*!|>'\"%@`#,? \n\t\r1.~<"].Array[0, 60].Select(characters => new string(characters)).Sample(text => { Problems(text); });

    private static JsonNode? ReadOne(string yaml)
    {
        var problems = new List<YamlProblem>();
        var documents = YamlReader.Read(new YamlSource("f.yaml", new StringReader(yaml)), problems);
        problems.ShouldBeEmpty();
        return documents.ShouldHaveSingleItem().Json;
    }

    private static List<YamlProblem> Problems(string yaml)
    {
        var problems = new List<YamlProblem>();
        YamlReader.Read(new YamlSource("f.yaml", new StringReader(yaml)), problems);
        return problems;
    }
}
