using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Workloads;
using RegistryOperator.Host.Workloads;
using RegistryOperator.Kubernetes;

namespace RegistryOperator.Host.Tests.Workloads;

public sealed class WorkloadIndexTests
{
    private static readonly ResourceKey Key = new("shop", "nginx");
    private static readonly RepositoryReference Nginx = new(new Uri("https://registry-1.docker.io"), "library/nginx");

    private readonly WorkloadIndex _index = new();

    [Theory]
    [InlineData("", "", "Of 3 workloads, none runs an image of docker.io/library/nginx: images are harbor.example.com/hub/library/nginx, "
        + "docker.io/library/redis, ghcr.io/team/app.")]
    [InlineData("harbor.example.com/hup", "", "Of 3 workloads, none runs an image of docker.io/library/nginx, or of the mirror harbor.example.com/hup: "
        + "images are harbor.example.com/hub/library/nginx, docker.io/library/redis, ghcr.io/team/app.")]
    [InlineData("", "shop", "Of 1 workload in the namespace shop, none runs an image of docker.io/library/nginx: images are "
        + "docker.io/library/redis.")]
    [InlineData("", "shpo,test", "Of 3 workloads, none is in the namespaces shpo, test: they are in default, shop, web.")]
    [InlineData("harbor.example.com/hub", "", null)]
    public void ExplainNone_NoWorkloadRunsTheRepository_SaysWhatWasLookedAt(string mirror, string namespaces, string? expected)
    {
        _index.Replace(
            [Runs("shop", "redis:7"), Runs("web", "harbor.example.com/hub/library/nginx:1"), Runs("default", "ghcr.io/team/app")], isOneOwners: true);
        var selection = new WorkloadSelection { Mirrors = Split(mirror), Namespaces = Split(namespaces) };

        (_index.Find(Key, Nginx, selection)!.Count > 0).ShouldBe(expected is null);
        _index.ExplainNone(Key).ShouldBe(expected);
    }

    [Fact]
    public void ExplainNone_NothingRuns_SaysSo()
    {
        _index.Find(Key, Nginx, new WorkloadSelection());
        _index.ExplainNone(Key).ShouldBeNull("nothing is known yet");
        _index.Replace([]);
        _index.Find(Key, Nginx, new WorkloadSelection());

        _index.ExplainNone(Key).ShouldBe("There are no workloads at all.");
    }

    [Fact]
    public void ExplainNone_NoImageCanBeRead_CountsTheWorkloads()
    {
        _index.Replace([Runs("shop", "nginx:"), Runs("web", "{{ .Values.image }}")]);
        _index.Find(Key, Nginx, new WorkloadSelection());

        _index.ExplainNone(Key).ShouldBe("Of 2 workloads, none names an image that can be read, such as docker.io/library/nginx:1.0.");
    }

    [Fact]
    public void ExplainNone_ManyImages_NamesFive()
    {
        _index.Replace([.. Enumerable.Range(0, 9).Select(number => Runs("shop", $"ghcr.io/team/app{number}"))]);
        _index.Find(Key, Nginx, new WorkloadSelection());

        _index.ExplainNone(Key)!.ShouldEndWith("ghcr.io/team/app3, ghcr.io/team/app4 and 4 more.");
    }

    /// <summary>In a cluster, whoever may create a resource reads its status: other namespaces are not named to him, nor what they run.</summary>
    [Theory]
    [InlineData("shop", "", "Of 4 workloads, none runs an image of docker.io/library/nginx: images are harbor.example.com/hub/library/nginx, "
        + "docker.io/library/redis and 2 more.")]
    [InlineData("api", "", "Of 4 workloads, none runs an image of docker.io/library/nginx: images are harbor.example.com/hub/library/nginx and 3 more.")]
    [InlineData("api", "default", "Of 2 workloads in the namespace default, none runs an image of docker.io/library/nginx: they run 2 images of other names.")]
    [InlineData("shop", "shpo", "Of 4 workloads, none is in the namespace shpo: they are in shop and 2 more.")]
    [InlineData("api", "shpo", "Of 4 workloads, none is in the namespace shpo: they are in 3 other namespaces.")]
    public void ExplainNone_WorkloadsOfManyOwners_NamesThoseOfTheResourceAndTheSameImageElsewhere(string @namespace, string namespaces, string expected)
    {
        var key = new ResourceKey(@namespace, "nginx");
        _index.Replace(
        [
            Runs("shop", "redis:7"), Runs("web", "harbor.example.com/hub/library/nginx:1"), Runs("default", "registry.corp.example/secret/project"),
            Runs("default", "registry.corp.example/secret/other"),
        ]);
        _index.Find(key, Nginx, new WorkloadSelection { Namespaces = Split(namespaces) });

        _index.ExplainNone(key).ShouldBe(expected);
    }

    [Fact]
    public void ExplainNone_WorkloadsChangeAfterTheAnswer_ExplainsThatAnswer()
    {
        _index.Replace([Runs("shop", "redis:7")]);
        _index.Find(Key, Nginx, new WorkloadSelection())!.ShouldBeEmpty();
        _index.Replace([Runs("shop", "nginx:1"), Runs("web", "redis:7")]);

        _index.ExplainNone(Key).ShouldBe("Of 1 workload, none runs an image of docker.io/library/nginx: images are docker.io/library/redis.");
    }

    private static string[] Split(string names) => names.Split(',', StringSplitOptions.RemoveEmptyEntries);

    private static Workload Runs(string @namespace, string image) => new()
    {
        Kind = "Deployment",
        Namespace = @namespace,
        Name = "app",
        Containers = [new WorkloadContainer { Name = "app", Image = image }],
    };
}
