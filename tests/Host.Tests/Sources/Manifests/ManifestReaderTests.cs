using System.Text;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Sources.Manifests;
using RegistryOperator.Host.Yaml;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Tests.Sources.Manifests;

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
    [InlineData("spec:\n  url: https://r\n  repository: a\n  tagFilter: {Include: x}\n",
        "f.yaml:7:15: unknown field spec.tagFilter.Include; did you mean include?")]
    [InlineData("spec:\n  url: https://r\n  repository: a\n  tagFilter: {zzzzzz: x}\n",
        "f.yaml:7:15: unknown field spec.tagFilter.zzzzzz; known here are include, exclude, versions, limit, sortBy")]
    [InlineData("spec:\n  url: https://r\n  repository: a\n  scanInterval: 5m\n", "f.yaml:7:17: spec.scanInterval is the text '5m'; expected a whole number")]
    [InlineData("spec:\n  url: https://r\n  repository: a\n  scanInterval: 5.5\n", "f.yaml:7:17: spec.scanInterval is the number 5.5; expected a whole number")]
    [InlineData("spec:\n  url: https://r\n  repository: a\n  scanInterval: 9999999999\n",
        "f.yaml:7:17: spec.scanInterval is the number 9999999999; expected a whole number")]
    [InlineData("spec:\n  url: https://r\n  repository: a\n  suspend: yes\n", "f.yaml:7:12: spec.suspend is the text 'yes'; expected true or false")]
    [InlineData("spec:\n  url: https://r\n  repository: 12\n", "f.yaml:6:15: spec.repository is the number 12; expected a text; put it into quotes")]
    [InlineData("spec:\n  url: https://r\n  repository: a\n  scanConfig: [a]\n", "f.yaml:7:15: spec.scanConfig is a list; expected a map of fields")]
    [InlineData("spec:\n  url: https://r\n  repository: a\n  sbomGeneration:\n    tags: x\n",
        "f.yaml:8:11: spec.sbomGeneration.tags is the text 'x'; expected a list")]
    [InlineData("spec:\n  url: https://r\n  repository: a\n  sbomGeneration:\n    tags: [x, 1.20]\n",
        "f.yaml:8:15: spec.sbomGeneration.tags[1] is the number 1.20; expected a text; put it into quotes")]
    [InlineData("spec:\n  url: https://r\n  repository: a\n  sbomGeneration:\n    tags:\n    -\n",
        "f.yaml:9:6: spec.sbomGeneration.tags[0] is empty; give it a value or remove it")]
    [InlineData("spec:\n  url: https://r\n  repository: a\n  tagFilter:\n    include: (\n",
        "f.yaml:8:14: spec.tagFilter.include: the pattern '(' is not a regular expression: insufficient closing parentheses at position 1")]
    [InlineData("spec:\n  url: https://r\n", "f.yaml:5:3: spec.repository: is required; give the repository's path, e.g. library/nginx")]
    [InlineData("spec:\n  url: https://r\n  repository: a\n  webhook: {isEnabled: true}\n",
        "f.yaml:7:13: unknown field spec.webhook.isEnabled; did you mean enabled?")]
    [InlineData("spce:\n  url: https://r\nspec: {url: 'https://r', repository: a}", "f.yaml:4:1: unknown field spce; did you mean spec?")]
    [InlineData("spec: {url: 'https://r', repository: a}\nstatus: {lastScanTime: now}",
        "f.yaml:5:24: status.lastScanTime 'now' is not a time; expected RFC 3339")]
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

    [Theory]
    [InlineData("a", true)]
    [InlineData("0", true)]
    [InlineData("a-b.c-d.0", true)]
    [InlineData("{253}", true)]
    [InlineData("{254}", false)]
    [InlineData("A", false)]
    [InlineData("a_b", false)]
    [InlineData("-a", false)]
    [InlineData("a-", false)]
    [InlineData(".a", false)]
    [InlineData("a.", false)]
    [InlineData("a..b", false)]
    [InlineData("a.-b", false)]
    [InlineData("..", false)]
    [InlineData("a/b", false)]
    [InlineData("../a", false)]
    [InlineData("a b", false)]
    [InlineData("ä", false)]
    [InlineData("a\n", false)]
    public void Read_NameOfAResource_IsOneThatAnApiServerTakes(string name, bool isTaken) =>
        ReadNamed("{name: \"" + Long(name) + "\"}", "metadata.name", isTaken);

    [Theory]
    [InlineData("a", true)]
    [InlineData("0-b", true)]
    [InlineData("{63}", true)]
    [InlineData("{64}", false)]
    [InlineData("a.b", false)]
    [InlineData("A", false)]
    [InlineData("-a", false)]
    [InlineData("a-", false)]
    [InlineData("", false)]
    [InlineData("../../a", false)]
    [InlineData("a\n", false)]
    public void Read_Namespace_IsOneThatAnApiServerTakes(string name, bool isTaken) =>
        ReadNamed("{name: a, namespace: \"" + Long(name) + "\"}", "metadata.namespace", isTaken);

    [Fact]
    public void Read_SameNameInOtherNamespacesAndKinds_IsNoDouble()
    {
        var manifests = Read(
            Good + "---\n" + Good.Replace("name: a", "name: a, namespace: b", StringComparison.Ordinal) +
            "---\napiVersion: v1\nkind: Secret\nmetadata: {name: a}\n");

        manifests.Problems.ShouldBeEmpty();
        manifests.Registries.Select(registry => registry.Resource.FullName).ShouldBe(["default/a", "b/a"]);
        manifests.Secrets.ShouldHaveSingleItem().Namespace.ShouldBe("default");
    }

    [Fact]
    public void Read_SecretGivenTwice_IsAProblem() =>
        Read("apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: a, namespace: default}\n")
            .Problems.ShouldHaveSingleItem().ToString().ShouldBe("f.yaml:7:18: Secret default/a is given twice; the first is at f.yaml:3");

    [Theory]
    [InlineData("kind: Secret\nmetadata: {}", "metadata.name of a Secret is required")]
    [InlineData("kind: Secret\nmetadata: {name: ''}", "metadata.name of a Secret is required")]
    [InlineData("kind: Secret\nmetadata: {name: 5}", "metadata.name of a Secret is required")]
    [InlineData("kind: Secret\nmetadata: {name: a}\ntype: 5", "type is not a text")]
    [InlineData("kind: Secret\nmetadata: {name: a}\ndata: {x: 'a'}", "data.x is not base64")]
    [InlineData("kind: Secret\nmetadata: {name: a}\ndata: {x: null}", "data.x is not a text")]
    [InlineData("kind: Secret\nmetadata: {name: a}\nstringData: [x]", "stringData is not a map")]
    public void Read_SecretThatIsNone_IsAProblemAndMissing(string body, string expected)
    {
        var manifests = Read("apiVersion: v1\n" + body);

        manifests.Problems.ShouldHaveSingleItem().Message.ShouldContain(expected);
        manifests.Secrets.ShouldBeEmpty();
    }

    [Fact]
    public void Read_SecretOfTheLeast_IsOpaqueAndEmpty()
    {
        var secret = Read("apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: {empty: ''}\nstringData: null\n").Secrets.ShouldHaveSingleItem();

        (secret.Type, secret.Namespace, secret.Name).ShouldBe(("Opaque", "default", "a"));
        secret.Data["empty"].Length.ShouldBe(0);
    }

    [Theory]
    [InlineData("apiVersion: v1\nkind: List\nitems: [a]", "f.yaml:3:9: expected a Kubernetes resource")]
    [InlineData("apiVersion: v1\nkind: List\nitems: [{kind: Registry}]", "f.yaml:3:9: apiVersion is missing")]
    [InlineData("apiVersion: registry.kubecontroller.io/v1alpha1\nkind: RegistryList\nitems: [{metadata: {name: a}}]", "f.yaml:3:9: spec.url")]
    [InlineData("apiVersion: registry.kubecontroller.io/v1alpha1\nkind: Registries", "f.yaml:2:7: registry.kubecontroller.io/v1alpha1 Registries is not known")]
    [InlineData("apiVersion: registry.kubecontroller.io/v2\nkind: Registry", "f.yaml:1:13: registry.kubecontroller.io/v2 Registry is not known")]
    [InlineData("apiVersion: 1\nkind: Registry",
        "f.yaml:1:1: apiVersion is missing; a Registry starts with 'apiVersion: registry.kubecontroller.io/v1alpha1' and 'kind: Registry'")]
    public void Read_OtherResources_AreToldWhereTheyStand(string yaml, string expected) => Read(yaml).Problems[0].ToString().ShouldStartWith(expected);

    [Theory]
    [InlineData("apiVersion: v2\nkind: Secret\n", "Secret (v2) is not used here")]
    [InlineData("apiVersion: example.com/v1\nkind: Registry\n", "Registry (example.com/v1) is not used here")]
    [InlineData("apiVersion: registry.kubecontroller.io.example.com/v1\nkind: Registry\n", "is not used here")]
    [InlineData("apiVersion: v1\nkind: PodList\nitems: {}\n", "PodList (v1) is not used here")]
    [InlineData("apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: Pod}]\n", "Pod (v1) is not used here")]
    public void Read_ResourcesOfOthers_AreNoticedOnly(string yaml, string expected)
    {
        var manifests = Read(yaml);

        manifests.Problems.ShouldBeEmpty();
        manifests.Notices.ShouldHaveSingleItem().Message.ShouldContain(expected);
    }

    [Fact]
    public void Read_NullFields_AreFieldsLeftOut()
    {
        var manifests = Read(Head + "spec: {url: 'https://r', repository: a, scanInterval: null, tagFilter: ~}\nstatus:\n");

        manifests.Problems.ShouldBeEmpty();
        manifests.Registries.ShouldHaveSingleItem().Resource.Spec.ScanInterval.ShouldBeNull();
    }

    [Fact]
    public void Read_UnknownFieldsOfMetadataAndStatus_AreLeftToOthers() =>
        Read(Good.Replace("name: a", "name: a, managedFields: [{x: 1}]", StringComparison.Ordinal) + "status: {new: 1}\n").Problems.ShouldBeEmpty();

    [Fact]
    public void Read_WrongTypeAndItsConsequence_AreOneProblem() =>
        Read(Head + "spec: {url: 5, repository: [a]}\n").Problems.Select(problem => problem.Message)
            .ShouldBe(["spec.url is the number 5; expected a text; put it into quotes", "spec.repository is a list; expected a text"]);

    [Theory]
    [InlineData(38, false)]
    [InlineData(39, true)]
    public void Read_LongValue_IsShortenedInTheProblem(int length, bool isCut)
    {
        // The quotes count.
        var value = new string('x', length);

        Read(Head + $"spec: {{url: 'https://r', repository: a, scanInterval: {value}}}\n").Problems.ShouldHaveSingleItem().Message
            .ShouldBe($"spec.scanInterval is the text '{value}{(isCut ? "…" : "'")}; expected a whole number");
    }

    [Fact]
    public void ReadFiles_Folder_TakesItsYamlAndJsonInOrder()
    {
        using var folder = new RegistryOperator.Tests.Servers.Processes.TemporaryFolder("manifests");
        foreach (var name in new[] { "b.yml", "a.yaml", "C.JSON", ".hidden.yaml" })
        {
            var resource = Path.GetFileNameWithoutExtension(name).TrimStart('.').ToLowerInvariant();
            folder.Write(name, Good.Replace("name: a", $"name: {resource}", StringComparison.Ordinal));
        }

        folder.Write("d.yaml.bak", "{");

        var manifests = ManifestFiles.Read([folder.Path], TextReader.Null);

        manifests.Problems.ShouldBeEmpty();
        manifests.Registries.Select(registry => registry.Resource.Metadata.Name).ShouldBe(["hidden", "c", "a", "b"]);
    }

    [Fact]
    public void ReadFiles_FolderWithoutManifests_IsAProblem()
    {
        using var folder = new RegistryOperator.Tests.Servers.Processes.TemporaryFolder("manifests");
        folder.Write("a.txt", Good);

        ManifestFiles.Read([folder.Path], TextReader.Null).Problems.ShouldHaveSingleItem().ToString()
            .ShouldBe($"{folder.Path}: the folder holds no .yaml, .yml or .json file");
    }

    [Fact]
    public void ReadFiles_FileThatCanNotBeOpened_SaysWhy()
    {
        using var folder = new RegistryOperator.Tests.Servers.Processes.TemporaryFolder("manifests");
        File.CreateSymbolicLink(folder.File("loop.yaml"), folder.File("loop.yaml"));

        var manifests = ManifestFiles.Read([folder.File("loop.yaml"), folder.File("no/such.yaml"), folder.Write("a.yaml", Good)], TextReader.Null);

        manifests.Problems.Count.ShouldBe(2);
        manifests.Problems[0].ToString().ShouldStartWith($"{folder.File("loop.yaml")}: can't be read: ");
        manifests.Problems[1].ToString().ShouldBe($"{folder.File("no/such.yaml")}: no such file");
        manifests.Registries.ShouldHaveSingleItem("the others are read");
    }

    [Fact]
    public void ReadFiles_StandardInput_IsCalledSoAndLeftOpen()
    {
        using var input = new ClosingReader("{");

        ManifestFiles.Read(["-"], input).Problems.ShouldHaveSingleItem().File.ShouldBe("stdin");

        input.IsClosed.ShouldBeFalse();
    }

    [Theory]
    [InlineData("ab", "abx", true)]
    [InlineData("ab", "abxy", false)]
    [InlineData("abcdef", "abcdxy", true)]
    [InlineData("abcde", "abcxy", false)]
    [InlineData("abcdefghi", "abcdefxyz", true)]
    [InlineData("abcdefgh", "abcdexyz", false)]
    [InlineData("repository", "Repository", true)]
    [InlineData("x", "y", true)]
    [InlineData("url", "url", true)]
    public void Find_Name_IsNearUpToAThirdOfItsLetters(string name, string candidate, bool isNear) =>
        NearestName.Find(name, [candidate]).ShouldBe(isNear ? candidate : null);

    [Fact]
    public void Find_SeveralNear_IsTheNearestThenTheFirstByName()
    {
        NearestName.Find("tags", ["tagz", "taga", "tag"]).ShouldBe("tag");
        NearestName.Find("abcdef", ["abcdxy", "abcdex"]).ShouldBe("abcdex");
        NearestName.Find("tags", []).ShouldBeNull();
    }

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("abc", "", 3)]
    [InlineData("", "ab", 2)]
    [InlineData("abc", "abc", 0)]
    [InlineData("abc", "axc", 1)]
    [InlineData("abc", "ac", 1)]
    [InlineData("ac", "abc", 1)]
    [InlineData("ba", "ab", 1)]
    [InlineData("abcd", "badc", 2)]
    [InlineData("kitten", "sitting", 3)]
    public void Distance_Names_CountsTypingErrors(string left, string right, int distance) => NearestName.Distance(left, right).ShouldBe(distance);

    [Fact]
    public void Read_SeveralDocumentsAndFiles_AllProblemsAreReported()
    {
        var manifests = ManifestReader.Read(
        [
            new YamlSource("one.yaml", new StringReader(Head + "spec: {url: r, repository: A, scanInterval: x}\n---\n" + Head + "spec: {url: r}\n")),
            new YamlSource("two.yaml", new StringReader("a: [\n---\n" + Good)),
        ]);

        manifests.Problems.Select(problem => $"{problem.File}:{problem.Line}")
            .ShouldBe(["one.yaml:4", "one.yaml:4", "one.yaml:9", "one.yaml:9", "one.yaml:8", "two.yaml:2", "two.yaml:5"]);
    }

    [Fact]
    public async Task Read_ServiceAccount_NamesItsPullSecrets()
    {
        var manifests = Read("""
            apiVersion: v1
            kind: ServiceAccount
            metadata: {name: builder, namespace: shop}
            secrets: [{name: token}]
            imagePullSecrets: [{name: one}, {}, {name: two}]
            ---
            apiVersion: v1
            kind: ServiceAccount
            metadata: {name: default}

            """);

        manifests.Problems.ShouldBeEmpty();
        manifests.Notices.ShouldBeEmpty();
        var accounts = new ManifestSecrets([], manifests.ServiceAccounts);
        (await accounts.GetPullSecretsAsync("shop", "builder", TestContext.Current.CancellationToken)).ShouldBe(["one", "two"]);
        (await accounts.GetPullSecretsAsync("default", "default", TestContext.Current.CancellationToken)).ShouldBe([]);
        (await accounts.GetPullSecretsAsync("default", "builder", TestContext.Current.CancellationToken)).ShouldBeNull();
    }

    [Theory]
    [InlineData("metadata: {}\n", "metadata.name of a ServiceAccount is required")]
    [InlineData("metadata: {name: UP}\n", "UP")]
    [InlineData("metadata: {name: a}\nimagePullSecrets: pull\n", "imagePullSecrets is not a list")]
    public void Read_ServiceAccountWithAFault_SaysWhich(string rest, string expected) =>
        Read("apiVersion: v1\nkind: ServiceAccount\n" + rest).Problems.ShouldHaveSingleItem().ToString().ShouldContain(expected);

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
        var manifests = Read(
            """{"apiVersion": "v1", "kind": "List", "items": [""" + "\n" +
            """  {"apiVersion": "registry.kubecontroller.io/v1alpha1", "kind": "Registry", "metadata": {"name": "a", "namespace": "n"},""" +
            """ "spec": {"url": "https://r", "repository": "a"}},""" + "\n" +
            """  {"apiVersion": "registry.kubecontroller.io/v1alpha1", "kind": "RegistryList", "items": [""" +
            """{"metadata": {"name": "b"}, "spec": {"url": "https://r", "repository": "b", "x": 1}}]}]}""");

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
            manifests.Problems.ShouldHaveSingleItem().ToString().ShouldBe($"{missing}: no such file");
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
    public void EffectiveValues_ResourceFromFile_AreTheDefaults() =>
        Read(Good).Registries[0].Resource.Spec.EffectiveRetryAttempts.ShouldBe(RegistryDefaults.RetryAttempts);

    private static void ReadNamed(string metadata, string field, bool isTaken)
    {
        var manifests = Read(Good.Replace("{name: a}", metadata, StringComparison.Ordinal));

        manifests.Registries.Count.ShouldBe(isTaken ? 1 : 0);
        if (!isTaken) manifests.Problems.ShouldHaveSingleItem().Message.ShouldStartWith(field + " '");
    }

    /// <summary>A name of that many letters for <c>{number}</c>.</summary>
    private static string Long(string name) =>
        name.StartsWith('{') ? new string('a', int.Parse(name.Trim('{', '}'))) : name.Replace("\n", "\\n", StringComparison.Ordinal);

    private static ManifestSet Read(string yaml) => ManifestReader.Read([new YamlSource("f.yaml", new StringReader(yaml))]);

    private sealed class ClosingReader(string text) : StringReader(text)
    {
        public bool IsClosed { get; private set; }

        protected override void Dispose(bool disposing)
        {
            IsClosed = true;
            base.Dispose(disposing);
        }
    }
}
