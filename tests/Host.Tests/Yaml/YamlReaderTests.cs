using System.Text.Json.Nodes;
using CsCheck;
using RegistryOperator.Host.Yaml;

namespace RegistryOperator.Host.Tests.Yaml;

public sealed class YamlReaderTests
{
    // The examples of https://yaml.org/spec/1.2.2/#1032-tag-resolution, and what YAML 1.1 would read differently.
    [Theory]
    [InlineData(typeof(IOException))]
    [InlineData(typeof(UnauthorizedAccessException))]
    public void Read_TextThatBreaksOffWithAnError_IsAProblemOfItsSource(Type type)
    {
        using var reader = new BrokenReader((Exception)Activator.CreateInstance(type, "bad disk")!);
        var problems = new YamlProblems();

        YamlReader.Read(new YamlSource("stdin", reader), problems).ShouldBeEmpty();

        problems.ShouldHaveSingleItem().ShouldBe(YamlProblem.OfFile("stdin", "can't be read: bad disk"));
    }

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
    [InlineData("Null", "null")]
    [InlineData("NULL", "null")]
    [InlineData("nuLL", "\"nuLL\"")]
    [InlineData("True", "true")]
    [InlineData("TRUE", "true")]
    [InlineData("tRUE", "\"tRUE\"")]
    [InlineData("false", "false")]
    [InlineData("False", "false")]
    [InlineData("-0", "-0")]
    [InlineData("+0", "0")]
    [InlineData("0o", "\"0o\"")]
    [InlineData("0o8", "\"0o8\"")]
    [InlineData("0o17", "15")]
    [InlineData("-0x1", "\"-0x1\"")]
    [InlineData("0xg", "\"0xg\"")]
    [InlineData("-.5", "-0.5")]
    [InlineData("+.5e1", "0.5e1")]
    [InlineData("00.50", "0.50")]
    [InlineData("1e", "\"1e\"")]
    [InlineData(".", "\".\"")]
    [InlineData("!!null ''", "null")]
    [InlineData("!!null ~", "null")]
    [InlineData("!!bool 'true'", "true")]
    [InlineData("!!float '1.5'", "1.5")]
    [InlineData("'5'", "\"5\"")]
    [InlineData(">\n a\n b\n", "\"a b\\n\"")]
    public void Read_Scalar_HasTheTypeOfTheCoreSchema(string yaml, string json) => (ReadOne(yaml)?.ToJsonString() ?? "null").ShouldBe(json);

    [Theory]
    [InlineData("a:\n\tb: 1", "f.yaml:2:1: a tab; YAML indents with spaces")]
    [InlineData("a: 1\nb:\n  c: 1\n \td: 2", "f.yaml:4:2: a tab; YAML indents with spaces")]
    [InlineData("a: 1\n---\nb:\n\tc: 1", "f.yaml:4:1: a tab; YAML indents with spaces")]
    [InlineData("a: .inf", "f.yaml:1:4: '.inf' is a number that JSON does not have; quote it if it is a string")]
    [InlineData("a: !!binary YQ==", "f.yaml:1:4: tag '!!binary' is not known or does not fit the value")]
    [InlineData("a: !!int x", "f.yaml:1:4: tag '!!int' is not known or does not fit the value")]
    [InlineData("a: 1\nb: 2\na: 3", "f.yaml:3:1: field 'a' is given twice; keep one")]
    [InlineData("a: *b", "f.yaml:1:4: alias '*b' names an anchor that does not stand before it; a text that begins with * has to be in quotes: '*b'")]
    [InlineData("a: &b [*b]", "f.yaml:1:8: alias '*b' stands inside the value that it names")]
    [InlineData("[a]: 1", "f.yaml:1:1: a key must be a plain word or a string, not a list or a map")]
    [InlineData("a: -.INF", "f.yaml:1:4: '-.INF' is a number that JSON does not have; quote it if it is a string")]
    [InlineData("a: .NaN", "f.yaml:1:4: '.NaN' is a number that JSON does not have; quote it if it is a string")]
    [InlineData("a: !!bool x", "f.yaml:1:4: tag '!!bool' is not known or does not fit the value")]
    [InlineData("a: !!null x", "f.yaml:1:4: tag '!!null' is not known or does not fit the value")]
    [InlineData("a: !!float x", "f.yaml:1:4: tag '!!float' is not known or does not fit the value")]
    [InlineData("a: !own x", "f.yaml:1:4: tag '!own' is not known or does not fit the value")]
    [InlineData(
        "a: 1\n---\nb: *a",
        "f.yaml:3:4: alias '*a' names an anchor that does not stand before it; a text that begins with * has to be in quotes: '*a'")]
    [InlineData(
        "x: &a 1\n---\nb: *a",
        "f.yaml:3:4: alias '*a' names an anchor that does not stand before it; a text that begins with * has to be in quotes: '*a'")]
    [InlineData("a: &b {c: *b}", "f.yaml:1:11: alias '*b' stands inside the value that it names")]
    [InlineData("<<: [{a: 1}, 2]", "f.yaml:1:1: '<<' merges a map or a list of maps; quote it if it is a field's name")]
    [InlineData("<<: 1", "f.yaml:1:1: '<<' merges a map or a list of maps; quote it if it is a field's name")]
    public void Read_Mistake_IsReportedWhereItStands(string yaml, string expected)
    {
        Problems(yaml).ShouldHaveSingleItem().ToString().ShouldBe(expected);
    }

    [Fact]
    public void Read_AnchorsAndMergeKeys_AreFollowed() =>
        ReadOne("base: &base {a: 1, b: 2}\nmore: &more {b: 3, c: 4}\nx: *base\ny:\n  <<: [*base, *more]\n  a: 9")!["y"]!.ToJsonString()
            .ShouldBe("""{"a":9,"b":2,"c":4}""");

    [Fact]
    public void Read_SyntaxErrorInOneDocument_OtherDocumentsAreRead()
    {
        var problems = new YamlProblems();

        const string yaml = "a: 1\n---\nb: [1\nx: y\n---\nc: 3\n---\nd: 'open\n---\ne: !!int x\n";
        var documents = YamlReader.Read(new YamlSource("f.yaml", new StringReader(yaml)), problems);

        documents.Select(document => document.Json!.ToJsonString()).ShouldBe(["""{"a":1}""", """{"c":3}""", """{"e":null}"""]);
        problems.Select(problem => problem.Line).ShouldBe([3, 8, 10]);
    }

    [Fact]
    public void Read_BillionLaughs_IsRefused()
    {
        var lists = Enumerable.Range(1, 9).Select(i => $"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n");
        var yaml = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + string.Concat(lists);

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

    [Theory]
    [InlineData(100, true)]
    [InlineData(101, false)]
    public void Read_Nesting_IsTakenUpToTheLimit(int depth, bool isTaken)
    {
        Problems(new string('[', depth) + "x" + new string(']', depth))
            .Select(problem => problem.Message)
            .ShouldBe(isTaken ? [] : ["more than 100 levels of nesting"]);
        Problems(string.Concat(Enumerable.Repeat("{a: ", depth)) + "x" + new string('}', depth))
            .Select(problem => problem.Message)
            .ShouldBe(isTaken ? [] : ["more than 100 levels of nesting"]);
    }

    [Theory]
    [InlineData(49, true)]
    [InlineData(50, false)]
    public void Read_NestingByAliases_CountsTogether(int depth, bool isTaken) =>
        Problems($"a: &a {new string('[', 50)}x{new string(']', 50)}\nb: {new string('[', depth)}*a{new string(']', depth)}").Count.ShouldBe(isTaken ? 0 : 1);

    [Theory]
    [InlineData(1024, true)]
    [InlineData(1025, false)]
    public void Read_Key_IsTakenUpToTheLimit(int length, bool isTaken) =>
        Problems($"? \"{new string('k', length)}\"\n: 1")
            .Select(problem => problem.ToString())
            .ShouldBe(isTaken ? [] : ["f.yaml:1:3: a key of more than 1024 characters"]);

    [Theory]
    [InlineData(100_000, true)]
    [InlineData(100_001, false)]
    public void Read_AliasedNodes_AreTakenUpToTheLimit(int count, bool isTaken) =>
        Problems("a: &a x\nb: [" + string.Join(',', Enumerable.Repeat("*a", count)) + "]").Select(problem => problem.Message)
            .ShouldBe(isTaken ? [] : ["aliases repeat more than 100000 values; write the document out"]);

    [Theory]
    [InlineData(10, true)]
    [InlineData(11, false)]
    public void Read_LongValueThatAliasesRepeat_IsTakenUpToTheLimit(int count, bool isTaken) =>
        Problems($"a: &a {new string('x', 1 << 20)}\nb: [" + string.Join(',', Enumerable.Repeat("*a", count)) + "]").Select(problem => problem.Message)
            .ShouldBe(isTaken ? [] : ["aliases repeat more than 10 Mi characters; write the document out"]);

    [Theory]
    [InlineData(99, true)]
    [InlineData(100, false)]
    public void Read_MergedMappings_AreTakenUpToTheLimit(int count, bool isTaken)
    {
        var anchors = string.Concat(Enumerable.Range(0, count).Select(i => $"a{i}: &a{i} {{k{i}: 1}}\n"));
        var yaml = anchors + "all:\n  <<: [" + string.Join(", ", Enumerable.Range(0, count).Select(i => $"*a{i}")) + "]\n";

        // The one that merges counts, too.
        Problems(yaml).Count.ShouldBe(isTaken ? 0 : 1);
    }

    [Fact]
    public void Read_FileAtTheLimit_IsRead() => Problems(new string('#', YamlLimits.FileLength)).ShouldBeEmpty();

    [Fact]
    public void Limits_Values_AreThoseThatWereDecided() =>
        (YamlLimits.FileLength, YamlLimits.Depth, YamlLimits.KeyLength, YamlLimits.AliasedNodes, YamlLimits.MergedMappings, YamlLimits.Nodes,
            YamlLimits.Anchors).ShouldBe((10 * 1024 * 1024, 100, 1024, 100_000, 100, 250_000, 10_000));

    [Theory]
    [InlineData(10_000, true)]
    [InlineData(10_001, false)]
    public void Read_Anchors_AreTakenUpToTheLimit(int count, bool isTaken) =>
        Problems(string.Concat(Enumerable.Range(0, count).Select(i => $"- &a{i} x\n"))).Select(problem => problem.Message)
            .ShouldBe(isTaken ? [] : ["more than 10000 anchors in one document"]);

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void Read_Nodes_AreTakenUpToTheLimitOfAllDocumentsTogether(int documents, bool isTaken) =>
        Problems(string.Concat(Enumerable.Repeat("---\n[" + string.Join(',', Enumerable.Repeat("1", (YamlLimits.Nodes / 2) + 1)) + "]\n", documents)))
            .Select(problem => problem.Message).ShouldBe(isTaken ? [] : ["more than 250000 values in one file; split it"]);

    [Theory]
    [InlineData("x: {<<: {a: 1}, b: 2}", """{"b":2,"a":1}""")]
    [InlineData("x: {b: 2, <<: {a: 1, b: 3}}", """{"b":2,"a":1}""")]
    [InlineData("x: {<<: [{a: 1}, {a: 2, c: 3}]}", """{"a":1,"c":3}""")]
    [InlineData("x: {<<: {<<: {a: 1, b: 1}, b: 2}, c: 3}", """{"c":3,"b":2,"a":1}""")]
    [InlineData("x: {'<<': {a: 1}}", "{\"\\u003C\\u003C\":{\"a\":1}}")]
    public void Read_MergeKey_OwnFieldsWinThenTheFirst(string yaml, string expected) => ReadOne(yaml)!["x"]!.ToJsonString().ShouldBe(expected);

    [Theory]
    [InlineData("a: 1\n---", 2)]
    [InlineData("a: 1\n--- \nb: 2", 2)]
    [InlineData("a: 1\n---\r\nb: 2", 2)]
    [InlineData("a: 1\n...\n---\nb: 2\n", 2)]
    [InlineData("", 0)]
    [InlineData("# only a comment\n", 0)]
    [InlineData("--- a\n--- b\n", 2)]
    public void Read_Documents_AreCounted(string yaml, int count)
    {
        var problems = new YamlProblems();
        YamlReader.Read(new YamlSource("f.yaml", new StringReader(yaml)), problems).Count.ShouldBe(count);
        problems.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("a: [\n---\nb: 2\n", "{\"b\":2}")]
    [InlineData("a: [\n--- \nb: 2\n", "{\"b\":2}")]
    [InlineData("a: [\n---\tx\n", "\"x\"")]
    [InlineData("a: [\n----\nb: 2\n", "")]
    [InlineData("a: [\n ---\nb: 2\n", "")]
    [InlineData("a: }\n---\nb: }\n---\nc: 3\n", "{\"c\":3}")]
    public void Read_AfterASyntaxError_GoesOnAtTheNextDocument(string yaml, string expected)
    {
        var problems = new YamlProblems();

        var documents = YamlReader.Read(new YamlSource("f.yaml", new StringReader(yaml)), problems);

        problems.ShouldNotBeEmpty();
        problems[0].ToString().ShouldStartWith("f.yaml:");
        string.Join(' ', documents.Select(document => document.Json?.ToJsonString() ?? "null")).ShouldBe(expected);
    }

    [Theory]
    [InlineData("spec", "2:1", "3:3")]
    [InlineData("spec.url", "3:3", "3:8")]
    [InlineData("spec.url.more", "3:3", "3:8")]
    [InlineData("spec.none", "2:1", "3:3")]
    [InlineData("spec.list", "4:3", "4:9")]
    [InlineData("spec.list[1]", "4:13", "4:13")]
    [InlineData("spec.list[1].x", "4:14", "4:17")]
    [InlineData("spec.list[2]", "4:3", "4:9")]
    [InlineData("spec.list[x]", "4:3", "4:9")]
    [InlineData("a.b", "5:1", "5:6")]
    [InlineData("a.b.c", "5:1", "5:6")]
    [InlineData("none", "1:1", "1:1")]
    [InlineData("", "1:1", "1:1")]
    [InlineData("specs", "1:1", "1:1")]
    [InlineData("a", "6:1", "6:4")]
    public void ProblemAt_Path_IsTheKeyOrTheValueOrTheNearestAroundIt(string path, string key, string value)
    {
        const string yaml = "first: 1\nspec:\n  url: x\n  list: [a, {x: 1}]\na.b: 1\na: 2\n";
        var document = YamlReader.Read(new YamlSource("f.yaml", new StringReader(yaml)), []).ShouldHaveSingleItem();

        document.ProblemAtKey(path, "m").ToString().ShouldBe($"f.yaml:{key}: m");
        document.ProblemAt(path, "m").ToString().ShouldBe($"f.yaml:{value}: m");
    }

    [Fact]
    public void Read_HugeFile_IsRefused() =>
        Problems(new string('#', YamlLimits.FileLength + 1)).ShouldHaveSingleItem().Message.ShouldContain("split the file");

    [Theory]
    [InlineData("!!~[] ")]
    [InlineData("a: !!~[] ")]
    public void Read_TagThatIsNone_IsReported(string yaml) =>
        Problems(yaml).ShouldHaveSingleItem().Message.ShouldBe(
            "not valid YAML: the tag after this place (a word that begins with !) is none; a text that begins with ! has to be in quotes");

    // What people write without quotes, and YAML reads as something else.
    [Theory]
    [InlineData("versions: >=1.28", "f.yaml:1:11: ", "; a text that begins with > has to be in quotes: '>=1.28'")]
    [InlineData("a: 1\nspec:\n  versions: >=1.28 # newer\n  limit: 3", "f.yaml:3:13: ", "; a text that begins with > has to be in quotes: '>=1.28'")]
    [InlineData("a: 1\n---\nversions: >1.28", "f.yaml:3:11: ", "; a text that begins with > has to be in quotes: '>1.28'")]
    [InlineData("{versions: >=1.28, limit: 3}", "f.yaml:1:12: ", "; a text that begins with > has to be in quotes: '>=1.28'")]
    [InlineData("include: *", "f.yaml:1:10: ", "; a text that begins with * has to be in quotes: '*'")]
    [InlineData("include: [v1, *]", "f.yaml:1:15: ", "; a text that begins with * has to be in quotes: '*'")]
    [InlineData("include: *-alpine", "f.yaml:1:10: ", "; a text that begins with * has to be in quotes: '*-alpine'")]
    [InlineData("owner: @team", "f.yaml:1:8: ", "; a text that begins with @ has to be in quotes: '@team'")]
    [InlineData("owner: `team`", "f.yaml:1:8: ", "; a text that begins with ` has to be in quotes: '`team`'")]
    [InlineData("owner: %d's", "f.yaml:1:8: ", "; a text that begins with % has to be in quotes: '%d''s'")]
    [InlineData("versions: |latest", "f.yaml:1:11: ", "; a text that begins with | has to be in quotes: '|latest'")]
    [InlineData("versions: !=1.2", "f.yaml:1:11: ", "; a text that begins with ! has to be in quotes: '!=1.2'")]
    [InlineData("note: since 1.28: all", "f.yaml:1:17: ", "; a text with a colon and a space in it has to be in quotes")]
    public void Read_TextThatNeedsQuotes_SaysSo(string yaml, string place, string advice)
    {
        var problem = Problems(yaml).ShouldHaveSingleItem().ToString();

        problem.ShouldStartWith(place);
        problem.ShouldEndWith(advice);
    }

    [Fact]
    public void Read_AnyText_EndsInDocumentsOrProblems() =>
        Gen.Char["ab:-[]{}&*!|>'\"%@`#,? \n\t\r1.~<"].Array[0, 60].Select(characters => new string(characters)).Sample(text => { Problems(text); });

    [Theory]
    [InlineData("---\n[\n")] // not closed
    [InlineData("---\na: 1\na: 2\n")] // twice
    [InlineData("---\na: !!int x\n")]
    public void Read_ManyProblems_TwentyAreToldAndTheRestIsNotRead(string document)
    {
        var problems = Problems(string.Concat(Enumerable.Repeat(document, 200_000)));

        problems.Count.ShouldBe(YamlLimits.Problems);
        problems[^1].Message.ShouldEndWith("(the file has more problems, which are not listed)");
        problems.Total.ShouldBeLessThan(30);
    }

    [Fact]
    public void Read_ExactlyAsManyProblemsAsAreTold_SaysNothingOfMore()
    {
        var problems = Problems(string.Concat(Enumerable.Repeat("---\na: 1\na: 2\n", YamlLimits.Problems)));

        problems.Count.ShouldBe(YamlLimits.Problems);
        problems[^1].Message.ShouldNotContain("more problems");
    }

    private static JsonNode? ReadOne(string yaml)
    {
        var problems = new YamlProblems();
        var documents = YamlReader.Read(new YamlSource("f.yaml", new StringReader(yaml)), problems);
        problems.ShouldBeEmpty();
        return documents.ShouldHaveSingleItem().Json;
    }

    private static YamlProblems Problems(string yaml)
    {
        var problems = new YamlProblems();
        YamlReader.Read(new YamlSource("f.yaml", new StringReader(yaml)), problems);
        return problems;
    }

    private sealed class BrokenReader(Exception failure) : TextReader
    {
        public override int Read(char[] buffer, int index, int count) => throw failure;
    }
}
