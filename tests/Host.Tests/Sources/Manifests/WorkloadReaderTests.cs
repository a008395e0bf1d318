using RegistryOperator.Host.Sources.Manifests;
using RegistryOperator.Host.Workloads;
using RegistryOperator.Host.Yaml;

namespace RegistryOperator.Host.Tests.Sources.Manifests;

/// <summary>Workloads in files that people have written.</summary>
public sealed class WorkloadReaderTests
{
    [Theory]
    [InlineData("apps/v1", "Deploymnt", "f.yaml:2:7: apps/v1 Deploymnt is not known to run containers; did you mean Deployment?")]
    [InlineData("apps/v1", "deployment", "f.yaml:2:7: apps/v1 deployment is not known to run containers; did you mean Deployment?")]
    [InlineData("batch/v1", "Cron", "f.yaml:2:7: batch/v1 Cron is not known to run containers; known are Job, CronJob")]
    [InlineData("v1", "Deployment", "f.yaml:2:7: v1 Deployment is not known to run containers; known are Pod, ReplicationController")]
    public void Read_MisspeltKindOfKubernetesOwn_IsRefusedWithTheKnownOnes(string apiVersion, string kind, string expected)
    {
        var manifests = Read($"apiVersion: {apiVersion}\nkind: {kind}\n" + Template);

        manifests.Problems.ShouldHaveSingleItem().ToString().ShouldBe(expected);
        manifests.Workloads.ShouldBeEmpty();
    }

    /// <summary>A misspelt kind is told whatever else is missing: it would else be no workload, without a word.</summary>
    [Theory]
    [InlineData("apps/v1", "Deploymnt", "metadata: {name: a}\n", true)]
    [InlineData("apps/v1", "Deploymnt", "", true)]
    [InlineData("v1", "Podd", "metadata: {name: a}\n", true)]
    [InlineData("v1", "ConfigMap", "metadata: {name: a}\n", false)]
    [InlineData("v1", "PodList", "", false)]
    [InlineData("apps/v1", "ControllerRevision", "metadata: {name: a}\n", false)]
    [InlineData("example.com/v1", "Deploymnt", "metadata: {name: a}\n", false)]
    public void Read_KindWithoutContainers_IsRefusedWhereThereIsNoSuchKind(string apiVersion, string kind, string rest, bool isRefused)
    {
        var manifests = Read($"apiVersion: {apiVersion}\nkind: {kind}\n{rest}");

        manifests.Problems.Select(problem => problem.ToString().Contains($"{apiVersion} {kind} is not known", StringComparison.Ordinal))
            .ShouldBe(isRefused ? [true] : []);
        manifests.Workloads.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("apps/v1", "StatefulSet")]
    [InlineData("v1", "ReplicationController")]
    [InlineData("argoproj.io/v1alpha1", "Rollout")]
    [InlineData("apps/v1beta1", "Deployment")]
    public void Read_KindThatRunsContainers_IsTaken(string apiVersion, string kind)
    {
        var manifests = Read($"apiVersion: {apiVersion}\nkind: {kind}\n" + Template);

        manifests.Problems.ShouldBeEmpty();
        manifests.Workloads.ShouldHaveSingleItem().Kind.ShouldBe(kind);
    }

    [Theory]
    [InlineData("apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {template: {spec: {container: [{name: c, image: i}]}}}\n",
        "Deployment (apps/v1) is not used: it names no containers in spec.template.spec.containers")]
    [InlineData("v1\nkind: Pod\nmetadata: {name: a}\nspec: {container: [{name: c, image: i}]}\n",
        "Pod (v1) is not used: it names no containers in spec.containers")]
    [InlineData("batch/v1\nkind: CronJob\nmetadata: {name: a}\nspec: {jobTemplate: {spec: {containers: [{name: c, image: i}]}}}\n",
        "CronJob (batch/v1) is not used: it names no containers in spec.jobTemplate.spec.template.spec.containers")]
    public void Read_WorkloadWithoutContainers_IsToldWhereTheyBelong(string yaml, string expected)
    {
        var manifests = Read("apiVersion: " + yaml);

        manifests.Notices.ShouldHaveSingleItem().Message.ShouldBe(expected);
        manifests.Workloads.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("{name: c, imge: nginx}", "container 'c' of Deployment default/a is not compared: it names no image, but has 'imge'; did you mean image?")]
    [InlineData("{name: c}", "container 'c' of Deployment default/a is not compared: it names no image")]
    [InlineData("{name: c, image: ''}", "container 'c' of Deployment default/a is not compared: it names no image")]
    [InlineData("{image: nginx}", "container 1 of containers of Deployment default/a is not compared: it has no name")]
    [InlineData(
        "{name: c, image: 'r.example/shop/api:'}",
        "container 'c' of Deployment default/a is not compared: its image 'r.example/shop/api:' is not of the form HOST/REPOSITORY:TAG")]
    [InlineData(
        "{name: c, image: '{{ .Values.image }}'}",
        "container 'c' of Deployment default/a is not compared: its image '{{ .Values.image }}' is not of the form HOST/REPOSITORY:TAG")]
    public void Read_ContainerWithoutAUsableImage_IsTold(string container, string expected)
    {
        var manifests = Read(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\n" +
            $"spec:\n  template:\n    spec:\n      containers:\n      - {container}\n");

        var notice = manifests.Notices.ShouldHaveSingleItem();
        (notice.Line, notice.Message).ShouldBe((8, expected));
        manifests.WorkloadNotices.ShouldBe(manifests.Notices);
        // It runs something: that there is no workload would be wrong.
        WorkloadAssembler.Assemble(manifests.Workloads).ShouldHaveSingleItem().Name.ShouldBe("a");
    }

    [Fact]
    public void Read_ManyContainersWithoutAnImage_AreToldUpToALimit()
    {
        var containers = string.Join(", ", Enumerable.Range(0, 100).Select(index => $"{{name: c{index}}}"));

        Read($"apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec: {{containers: [{containers}]}}\n").Notices.Count.ShouldBe(YamlLimits.Problems);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("apiVersion: meta.k8s.io/v1\nkind: Table\nmetadata: {}\nrows: []\n", false)]
    [InlineData("apiVersion: v1\nkind: List\n", false)]
    [InlineData("apiVersion: v1\nkind: List\nitems: []\n", true)]
    [InlineData("apiVersion: apps/v1\nkind: Deployment\n" + Template, true)]
    public void Read_File_TellsWhetherItSaysWhatRuns(string yaml, bool expected) => Read(yaml).SaysWhatRuns.ShouldBe(expected);

    [Theory]
    [InlineData("true", "true")]
    [InlineData("7", "7")]
    [InlineData("", "")]
    public void Read_AnnotationThatIsNoText_IsReadAsOneAndTold(string value, string expected)
    {
        const string Name = "registry.kubecontroller.io/drift-pre-releases";

        var manifests = Read($"apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: a\n  annotations:\n    {Name}: {value}\n    other: 5\n" + Spec);

        manifests.Problems.ShouldBeEmpty();
        WorkloadAssembler.Assemble(manifests.Workloads).ShouldHaveSingleItem().Annotations["drift-pre-releases"].ShouldBe(expected);
        manifests.Notices.ShouldHaveSingleItem().Message.ShouldBe(
            $"the annotation {Name} is no text, and Kubernetes refuses it: write it in quotes, '{expected}'");
    }

    [Fact]
    public void Read_AnnotationOfAJobTemplateIsNoText_IsReadAsOneAndTold()
    {
        const string Name = "registry.kubecontroller.io/drift-pre-releases";

        var manifests = Read("apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a}\nspec: {jobTemplate: {metadata: {annotations: {" + Name + ": true}}, " +
            "spec: {template: {spec: {containers: [{name: c, image: nginx}]}}}}}\n");

        WorkloadAssembler.Assemble(manifests.Workloads).ShouldHaveSingleItem().Annotations["drift-pre-releases"].ShouldBe("true");
        manifests.Notices.ShouldHaveSingleItem().Message.ShouldContain("write it in quotes, 'true'");
    }

    private const string Spec = "spec: {template: {spec: {containers: [{name: c, image: nginx}]}}}\n";
    private const string Template = "metadata: {name: a}\n" + Spec;

    private static ManifestSet Read(string yaml) => ManifestReader.Read([new YamlSource("f.yaml", new StringReader(yaml))]);
}
