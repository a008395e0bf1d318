using System.Text;
using RegistryOperator.Host.Resources;
using RegistryOperator.Host.Yaml;

namespace RegistryOperator.Host.Tests.Yaml;

public sealed class ManifestReaderTests
{
    private const string Head = "apiVersion: registry.kubecontroller.io/v1alpha1\nkind: Registry\nmetadata: {name: a}\n";
    private const string Good = Head + "spec: {url: 'https://r', repository: a}\n";

    [Fact]
    public void Read_MinimalRegistry_HasDefaultNamespace()
    {
        var manifests = Read(Good);

        manifests.Problems.ShouldBeEmpty();
        manifests.Registries.ShouldHaveSingleItem().Resource.FullName.ShouldBe("default/a");
    }

    [Theory]
    [InlineData("spec:\n  url: https://r\n  repository: a\n  scanIntervall: 5\n", "f.yaml:7:3: unknown field spec.scanIntervall; did you mean scanInterval?")]
    [InlineData("spec:\n  url: https://r\n  repository: a\n  tagFilter: {Include: x}\n", "f.yaml:7:15: unknown field spec.tagFilter.Include; did you mean include?")]
    [InlineData("spec:\n  url: https://r\n  repository: a\n  tagFilter: {zzzzzz: x}\n", "f.yaml:7:15: unknown field spec.tagFilter.zzzzzz; known here are include, exclude, limit, sortBy")]
    [InlineData("spec:\n  url: https://r\n  repository: a\n  scanInterval: 5m\n", "f.yaml:7:17: spec.scanInterval is the text '5m'; expected a whole number")]
    [InlineData("spec:\n  url: https://r\n  repository: a\n  scanInterval: 5.5\n", "f.yaml:7:17: spec.scanInterval is the number 5.5; expected a whole number")]
    [InlineData("spec:\n  url: https://r\n  repository: a\n  scanInterval: 9999999999\n", "f.yaml:7:17: spec.scanInterval is the number 9999999999; expected a whole number")]
    [InlineData("spec:\n  url: https://r\n  repository: a\n  suspend: yes\n", "f.yaml:7:12: spec.suspend is the text 'yes'; expected true or false")]
    [InlineData("spec:\n  url: https://r\n  repository: 12\n", "f.yaml:6:15: spec.repository is the number 12; expected a text; put it into quotes")]
    [InlineData("spec:\n  url: https://r\n  repository: a\n  scanConfig: [a]\n", "f.yaml:7:15: spec.scanConfig is a list; expected a map of fields")]
    [InlineData("spec:\n  url: https://r\n  repository: a\n  sbomGeneration:\n    tags: x\n", "f.yaml:8:11: spec.sbomGeneration.tags is the text 'x'; expected a list")]
    [InlineData("spec:\n  url: https://r\n  repository: a\n  sbomGeneration:\n    tags: [x, 1.20]\n", "f.yaml:8:15: spec.sbomGeneration.tags[1] is the number 1.20; expected a text; put it into quotes")]
    [InlineData("spec:\n  url: https://r\n  repository: a\n  sbomGeneration:\n    tags:\n    -\n", "f.yaml:9:6: spec.sbomGeneration.tags[0] is empty; give it a value or remove it")]
    [InlineData("spec:\n  url: https://r\n  repository: a\n  tagFilter:\n    include: (\n", "f.yaml:8:14: spec.tagFilter.include: the pattern '(' is not a regular expression: insufficient closing parentheses at position 1")]
    [InlineData("spec:\n  url: https://r\n", "f.yaml:5:3: spec.repository: is required; give the repository's path, e.g. library/nginx")]
    [InlineData("spec:\n  url: https://r\n  repository: a\n  webhook: {isEnabled: true}\n", "f.yaml:7:13: unknown field spec.webhook.isEnabled; did you mean enabled?")]
    [InlineData("spce:\n  url: https://r\nspec: {url: 'https://r', repository: a}", "f.yaml:4:1: unknown field spce; did you mean spec?")]
    [InlineData("spec: {url: 'https://r', repository: a}\nstatus: {lastScanTime: now}", "f.yaml:5:24: status.lastScanTime 'now' is not a time; expected RFC 3339")]
    public void Read_Mistake_IsReportedWhereItStands(string body, string expected)
    {
        var manifests = Read(Head + body);

        manifests.Problems.ShouldHaveSingleItem().ToString().ShouldStartWith(expected);
        manifests.Registries.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("a", "expected a Kubernetes resource")]
    [InlineData("kind: Registry", "apiVersion is missing")]
    [InlineData("apiVersion: registry.kubecontroller.io/v1alpha1", "kind is missing")]
    [InlineData("apiVersion: registry.kubecontroller.io/v1\nkind: Registry", "use registry.kubecontroller.io/v1alpha1 Registry")]
    [InlineData("apiVersion: registry.kubecontroller.io/v1alpha1\nkind: registry", "use registry.kubecontroller.io/v1alpha1 Registry")]
    [InlineData("apiVersion: registry.kubecontroller.io/v1alpha1\nkind: Registry\nspec: {url: 'https://r', repository: a}", "metadata.name is required")]
    [InlineData(Good + "---\n" + Good, "Registry default/a is given twice; the first is at f.yaml:3")]
    public void Read_NotAResource_SaysWhatIsMissing(string yaml, string expected) => Read(yaml).Problems.ShouldHaveSingleItem().Message.ShouldContain(expected);

    [Fact]
    public void Read_SeveralDocumentsAndFiles_AllProblemsAreReported()
    {
        var manifests = ManifestReader.Read(
        [
            new YamlSource("one.yaml", new StringReader(Head + "spec: {url: r, repository: A, scanInterval: x}\n---\n" + Head + "spec: {url: r}\n")),
            new YamlSource("two.yaml", new StringReader("a: [\n---\n" + Good)),
        ]);

        manifests.Problems.Select(problem => $"{problem.File}:{problem.Line}").ShouldBe(["one.yaml:4", "one.yaml:4", "one.yaml:9", "one.yaml:9", "one.yaml:8", "two.yaml:2", "two.yaml:5"]);
    }

    [Fact]
    public void Read_OtherKinds_AreNoticed()
    {
        var manifests = Read("apiVersion: v1\nkind: ConfigMap\n---\n---\n" + Good);

        manifests.Problems.ShouldBeEmpty();
        manifests.Notices.ShouldHaveSingleItem().ToString().ShouldBe("f.yaml:1:1: ConfigMap (v1) is not used here");
        manifests.Registries.Count.ShouldBe(1);
    }

    [Fact]
    public void Read_Lists_AreUnrolled()
    {
        var manifests = Read("""
            {"apiVersion": "v1", "kind": "List", "items": [
              {"apiVersion": "registry.kubecontroller.io/v1alpha1", "kind": "Registry", "metadata": {"name": "a", "namespace": "n"}, "spec": {"url": "https://r", "repository": "a"}},
              {"apiVersion": "registry.kubecontroller.io/v1alpha1", "kind": "RegistryList", "items": [{"metadata": {"name": "b"}, "spec": {"url": "https://r", "repository": "b", "x": 1}}]}]}
            """);

        manifests.Registries.ShouldHaveSingleItem().Resource.FullName.ShouldBe("n/a");
        var problem = manifests.Problems.ShouldHaveSingleItem();
        (problem.Line, problem.Column).ShouldBe((3, 167));
    }

    [Fact]
    public void Read_StatusOfANewerOperator_IsKept()
    {
        var resource = Read(Good + "status: {shard: 1, images: [{tag: a, shards: {x: 1}}]}").Registries.ShouldHaveSingleItem().Resource;

        resource.Status!.OtherFields!.ShouldContainKey("shard");
        resource.Status.Images[0].OtherFields!.ShouldContainKey("shards");
    }

    [Fact]
    public void Read_Secret_IsDecoded()
    {
        var secret = Read("""
            apiVersion: v1
            kind: Secret
            metadata: {name: s, namespace: n}
            type: kubernetes.io/dockerconfigjson
            data: {username: dXNlcg==, password: b2xk}
            stringData: {password: new}
            """).Secrets.ShouldHaveSingleItem();

        secret.ToString().ShouldBe("Secret n/s (kubernetes.io/dockerconfigjson)");
        Encoding.UTF8.GetString(secret.Data["username"].Span).ShouldBe("user");
        Encoding.UTF8.GetString(secret.Data["password"].Span).ShouldBe("new");
    }

    [Theory]
    [InlineData("data: {password: p@ssword}", "f.yaml:4:18: data.password is not base64; use stringData for plain text")]
    [InlineData("stringData: {password: 123456}", "f.yaml:4:24: stringData.password is not a text; put the value into quotes")]
    [InlineData("data: p@ssword", "f.yaml:4:7: data is not a map of keys and values")]
    public void Read_BadSecret_IsReportedWithoutItsValue(string body, string expected) =>
        Read("apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n" + body).Problems.ShouldHaveSingleItem().ToString().ShouldBe(expected);

    [Fact]
    public void ReadFiles_FolderStdinAndMissing_AreAllRead()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "a.yaml"), Good);
            File.WriteAllText(Path.Combine(folder.FullName, "ignored.txt"), "{");
            var missing = Path.Combine(folder.FullName, "missing.yaml");

            var manifests = ManifestFiles.Read([folder.FullName, "-", missing], new StringReader(Good.Replace("name: a", "name: b", StringComparison.Ordinal)));

            manifests.Registries.Select(registry => registry.Resource.FullName).ShouldBe(["default/a", "default/b"]);
            manifests.Problems.ShouldHaveSingleItem().ToString().ShouldBe($"{missing}:1:1: no such file");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Find_Names_AreNearByTypingErrors()
    {
        NearestName.Find("repositroy", ["url", "repository"]).ShouldBe("repository");
        NearestName.Find("URL", ["url", "repository"]).ShouldBe("url");
        NearestName.Find("colour", ["url", "repository"]).ShouldBeNull();
        NearestName.Distance("abcd", "acbd").ShouldBe(1);
    }

    [Fact]
    public void EffectiveValues_ResourceFromFile_AreTheDefaults() => Read(Good).Registries[0].Resource.Spec.EffectiveRetryAttempts.ShouldBe(RegistryDefaults.RetryAttempts);

    private static Manifests Read(string yaml) => ManifestReader.Read([new YamlSource("f.yaml", new StringReader(yaml))]);
}
