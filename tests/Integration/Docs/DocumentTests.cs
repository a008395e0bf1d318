using System.Text.RegularExpressions;
using RegistryOperator.Integration.Tests.Support;

namespace RegistryOperator.Integration.Tests.Docs;

/// <summary>
/// What README, docs and CONTRIBUTING say is true: their commands run, their resources are valid, their code compiles, their links lead somewhere.
/// </summary>
public sealed partial class DocumentTests(ReadersMachine machine) : IClassFixture<ReadersMachine>
{
    private const string ResourceHeader = "apiVersion: registry.kubecontroller.io/v1alpha1\nkind: Registry\nmetadata: {name: example}\n";
    private static readonly string[] Languages = ["console", "csharp", "json", "text", "xml", "yaml"];
    private static readonly string[] SourceFolders = ["src", "plugins", "samples", "tests"];
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    public static TheoryData<string> Documents => [.. MarkdownDocument.All];

    /// <summary>One row, and so one skipped test, where the commands can't be tried.</summary>
    public static TheoryData<string> DocumentsToFollow => ReadersMachine.Missing is null ? Documents : ["every document"];

    [Theory]
    [MemberData(nameof(DocumentsToFollow))]
    public async Task Commands_OfADocument_SucceedAndPrintWhatItShows(string name)
    {
        Assert.SkipUnless(ReadersMachine.Missing is null, ReadersMachine.Missing ?? "");

        var differences = await machine.FollowAsync(MarkdownDocument.Read(name), _cancellation);

        differences.ShouldBeEmpty(string.Join("\n\n", differences));
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public async Task Resources_OfADocument_AreValid(string name)
    {
        foreach (var block in Blocks(name, "yaml").Where(IsRegistry))
        {
            // A repository that is not there: what counts is that the resource is read and found valid, which comes first.
            var resource = RepositoryPattern().Replace(UrlPattern().Replace(Complete(block.Text), $"url: http://{machine.Registry}"), "repository: no/such");
            var result = await Product.RunAsync(["scan", "-f", "-"], resource);
            result.ExitCode.ShouldBe(1, $"{name}:{block.Line}: {result.Error}{result.Output}");
            result.Output.ShouldContain("NAME_UNKNOWN", customMessage: $"{name}:{block.Line}");
        }
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Code_OfADocument_StandsInAFileThatIsCompiled(string name)
    {
        foreach (var block in Blocks(name, "csharp").Concat(Blocks(name, "xml").Where(block => block.NotRun is null)))
        {
            Sources(block.Language).Any(lines => Contains(lines, block.Lines))
                .ShouldBeTrue($"{name}:{block.Line}: no source file has these lines.\n{block.Text}");
        }
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Links_OfADocument_LeadToAFileAndAHeading(string name)
    {
        foreach (var link in MarkdownDocument.Read(name).Links.Where(link => !link.Contains("://", StringComparison.Ordinal)))
        {
            var (path, anchor) = link.Split('#') is [var before, var after] ? (before, after) : (link, null);
            var target = path.Length == 0
                ? name
                : Path.GetRelativePath(
                    Product.RepositoryRoot, Path.GetFullPath(Path.Combine(Product.RepositoryRoot, Path.GetDirectoryName(name)!, path)));
            Path.Exists(Path.Combine(Product.RepositoryRoot, target)).ShouldBeTrue($"{name} links to {link}, which is not there.");
            if (anchor is not null) MarkdownDocument.Read(target).Anchors.ShouldContain(anchor, $"{name} links to {link}.");
        }
    }

    [Fact]
    public void Blocks_OfAllDocuments_AreOfALanguageThatIsCheckedOrSayWhyTheyAreNotRun()
    {
        var documents = MarkdownDocument.All.Select(MarkdownDocument.Read).ToArray();

        documents.SelectMany(document => document.StrayComments).ShouldBeEmpty("A comment belongs right above the block it is about.");
        documents
            .SelectMany(document => document.Blocks
                .Where(block => !Languages.Contains(block.Language))
                .Select(block => $"{document.Name}:{block.Line}: ```{block.Language}"))
            .ShouldBeEmpty();

        var notRun = documents
            .SelectMany(document => document.Blocks
                .Where(block => block.NotRun is not null)
                .Select(block => $"{document.Name}:{block.Line}: {block.NotRun}"))
            .ToArray();
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{documents.Sum(document => document.Blocks.Count)} blocks, {notRun.Length} of them not run:\n{string.Join('\n', notRun)}");
    }

    private static IEnumerable<CodeBlock> Blocks(string name, string language) => MarkdownDocument.Read(name).Blocks.Where(block => block.Language == language);

    /// <summary>A whole resource, or its spec alone.</summary>
    private static bool IsRegistry(CodeBlock block) => block.Lines.Contains("kind: Registry") || block.Lines[0] == "spec:";

    private static string Complete(string text)
    {
        if (!text.StartsWith("spec:\n", StringComparison.Ordinal)) return text;
        var required = text.Contains("  url: ", StringComparison.Ordinal) ? "" : "  url: https://registry.example.com\n  repository: team/app\n";
        return $"{ResourceHeader}spec:\n{required}{text["spec:\n".Length..]}";
    }

    private static IEnumerable<string[]> Sources(string language) => SourceFolders
        .SelectMany(folder => Directory.EnumerateFiles(
            Path.Combine(Product.RepositoryRoot, folder), language == "csharp" ? "*.cs" : "*.csproj", SearchOption.AllDirectories))
        .Select(File.ReadAllLines);

    /// <summary>True where the lines stand one after the other in the file, all indented by as much more or less.</summary>
    private static bool Contains(string[] file, IReadOnlyList<string> lines)
    {
        for (var start = 0; start + lines.Count <= file.Length; start++)
        {
            var indent = file[start].Length - lines[0].Length;
            if (indent >= 0 && lines.Index().All(line => file[start + line.Index] == (line.Item.Length == 0 ? "" : new string(' ', indent) + line.Item)))
                return true;
        }

        return false;
    }

    [GeneratedRegex(@"\burl: [^\s,}]+", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex UrlPattern();

    [GeneratedRegex(@"\brepository: [^\s,}]+", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex RepositoryPattern();
}
