using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Cli.Output;
using RegistryOperator.Host.Images;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Plugins.Loading;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Sources.Manifests;
using RegistryOperator.Host.Web;
using RegistryOperator.Host.Yaml;
using RegistryOperator.Sboms.Documents;

namespace RegistryOperator.Host.Tests.Text;

/// <summary>Hostile words, planted in every source, come out clean and bounded wherever they are shown.</summary>
public class StrangersWordsTests
{
    /// <summary>What is ours around theirs, at most.</summary>
    private const int OwnWords = 400;

    /// <summary>YAML has no longer keys on one line.</summary>
    private const int LongestKey = 700;

    private static readonly string Hostile =
        "evil\u001b[31m\u001b]0;title\u0007 line\nFAKE LOG\r\u2028\u2029\u0085 \u009b2J \u202Etxet\u2066\u200B\uFEFF\0\u007F " + new string('x', 20_000);

    public static TheoryData<string, Func<string, string>> Sources { get; } = new()
    {
        { "a registry's error of a resource", words => RoundFailure.From(new RegistryException(RegistryErrorKind.Denied, words)).Message },
        { "a registry's error of an image", words => ImageReasons.Sentence(new RegistryException(RegistryErrorKind.NotFound, words), "v1") },
        { "a document that can't be read", words => ImageReasons.Sentence(new JsonException(words), "v1") },
        { "an authenticator", words => RoundFailure.From(new CredentialException(words)).Message },
        { "a fault of a plugin in a round", words => RoundFailure.From(new InvalidOperationException(words)).Message },
        { "a scanner or its tool", words => ScanProblem.From(new ScanException("Failed", words)).Message },
        { "a scanner's words of a result", ResultText.Cut },
        { "a plugin that can't be loaded", words => PluginFault.Describe(new InvalidOperationException(words)) },
        { "an SBOM", words => new SbomFormatException(words).Message },
        { "a name in YAML", words => Problems($"kind: Registry\napiVersion: {RegistryGroup.ApiVersion}\nmetadata: {{name: {Quote(words)}}}") },
        {
            "a namespace in YAML",
            words => Problems($"kind: Registry\napiVersion: {RegistryGroup.ApiVersion}\nmetadata: {{name: a, namespace: {Quote(words)}}}")
        },
        { "a kind in YAML", words => Problems($"kind: {Quote(words)}\napiVersion: {RegistryGroup.Name}/v9") },
        {
            "a field in YAML",
            words => Problems($"kind: Registry\napiVersion: {RegistryGroup.ApiVersion}\nmetadata: {{name: a}}\nspec: {{{Quote(words[..LongestKey])}: 1}}")
        },
        { "a key of a Secret", words => Problems($"kind: Secret\napiVersion: v1\nmetadata: {{name: a}}\nstringData: {{{Quote(words[..LongestKey])}: x}}") },
        { "a cell of a table", words => Table(words) },
        { "a question over HTTP", words => Problem(words) },
    };

    [Theory]
    [MemberData(nameof(Sources), DisableDiscoveryEnumeration = true)]
    public void Words_FromEverySource_AreOneCleanLineOfBoundedLength(string source, Func<string, string> shown)
    {
        var text = shown(Hostile);

        text.ShouldContain("evil", Case.Sensitive, source);
        text.EnumerateRunes().Where(IsHarmful).ShouldBeEmpty(source);
        text.Length.ShouldBeLessThanOrEqualTo(500 + OwnWords, source);
    }

    private static bool IsHarmful(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate;

    private static string Quote(string words) => JsonSerializer.Serialize(words);

    private static string Problems(string yaml)
    {
        var problems = ManifestReader.Read([new YamlSource("a.yaml", new StringReader(yaml))]).Problems;
        problems.ShouldNotBeEmpty();
        problems.ShouldAllBe(problem => problem.Message.Length <= 500 && !problem.Message.EnumerateRunes().Any(IsHarmful));
        return problems.Select(problem => problem.ToString()).First(problem => problem.Contains("evil", StringComparison.Ordinal));
    }

    private static string Table(string words)
    {
        var table = new TextTable("TAG");
        table.Add(words);
        return string.Concat(table.Render(window: null, (text, _) => text));
    }

    private static string Problem(string words)
    {
        var context = new DefaultHttpContext();
        using var body = new MemoryStream();
        context.Response.Body = body;
        ReportProblem.WriteAsync(context, StatusCodes.Status400BadRequest, words).GetAwaiter().GetResult();
        return JsonDocument.Parse(body.ToArray()).RootElement.GetProperty("detail").GetString()!;
    }
}
