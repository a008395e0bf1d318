using System.Text.RegularExpressions;

namespace RegistryOperator.Host.Tests.Cli.History;

/// <summary>
/// The documents show the demo's images: their digests are not compared when commands are tried, but the same tag is the same image everywhere.
/// </summary>
public sealed partial class HistoryDocumentTests
{
    [Fact]
    public void Digests_OfTheDemosTag_AreTheSameInAllDocuments()
    {
        string[] documents = [Path.Combine(GoldenFile.Root, "README.md"), .. Directory.GetFiles(Path.Combine(GoldenFile.Root, "docs"), "*.md")];

        var digests = documents.SelectMany(document => ShownDigest().Matches(File.ReadAllText(document)))
            .Select(shown => shown.Groups["digest"].Value).ToArray();

        digests.Length.ShouldBeGreaterThan(2);
        digests.Distinct().ShouldHaveSingleItem();
    }

    // In a line of history, and below the heading of a report or an explanation.
    [GeneratedRegex(
        @"\b(shop/shop-api|shop/api:)\s?1\.4\.0\s[^\n]*\n?sha256:(?<digest>[0-9a-f]{64})$",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex ShownDigest();
}
