using RegistryOperator.Abstractions.Images;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Host.Workloads;

namespace RegistryOperator.Host.Tests.Workloads;

/// <summary>Which images of workloads are of a resource's repository.</summary>
public sealed class WorkloadSelectionTests
{
    private const string Hex = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    private const string Hub = "https://registry-1.docker.io library/nginx";
    private const string HubTeam = "https://docker.io team/app";
    private const string Ghcr = "https://ghcr.io team/app";
    private const string Port = "http://registry.internal:5000 team/app";
    private const string Tls = "https://registry.example.com team/app";
    private const string Deep = "https://registry.example.com a/b/c/d";
    private const string Address = "http://[2001:db8::1]:5000 app";

    [Theory]
    // Docker Hub, under all of its names.
    [InlineData(Hub, "nginx", true)]
    [InlineData(Hub, "nginx:1.27", true)]
    [InlineData(Hub, "nginx:1.27-alpine@sha256:" + Hex, true)]
    [InlineData(Hub, "nginx@sha256:" + Hex, true)]
    [InlineData(Hub, "library/nginx:1.27", true)]
    [InlineData(Hub, "docker.io/nginx", true)]
    [InlineData(Hub, "docker.io/library/nginx:latest", true)]
    [InlineData(Hub, "index.docker.io/library/nginx", true)]
    [InlineData(Hub, "registry-1.docker.io/library/nginx:1", true)]
    [InlineData(Hub, "DOCKER.IO/library/nginx", true)]
    [InlineData(Hub, "nginxinc/nginx", false)]
    [InlineData(Hub, "nginx/nginx", false)]
    [InlineData(Hub, "my/nginx:1.27", false)]
    [InlineData(Hub, "library/nginx-unprivileged", false)]
    [InlineData(Hub, "ghcr.io/library/nginx", false)]
    [InlineData(Hub, "quay.io/nginx:1.27", false)]
    [InlineData(Hub, "localhost/nginx", false)]
    [InlineData(Hub, "localhost:5000/library/nginx", false)]
    [InlineData(Hub, "docker.io.example.com/library/nginx", false)]
    [InlineData(Hub, "public.ecr.aws/docker/library/nginx", false)]
    [InlineData(HubTeam, "team/app", true)]
    [InlineData(HubTeam, "docker.io/team/app:v1", true)]
    [InlineData(HubTeam, "team/app-ui", false)]
    [InlineData(HubTeam, "app", false)]
    [InlineData(HubTeam, "library/team/app", false)]
    // Other registries: the host counts, and all of the path.
    [InlineData(Ghcr, "ghcr.io/team/app", true)]
    [InlineData(Ghcr, "ghcr.io/team/app:1.0.0@sha256:" + Hex, true)]
    [InlineData(Ghcr, "GHCR.io/team/app", true)]
    [InlineData(Ghcr, "ghcr.io:443/team/app", true)]
    [InlineData(Ghcr, "ghcr.io:5000/team/app", false)]
    [InlineData(Ghcr, "team/app", false)]
    [InlineData(Ghcr, "ghcr.io/team/app/web", false)]
    [InlineData(Ghcr, "ghcr.io/other/team/app", false)]
    [InlineData(Ghcr, "notghcr.io/team/app", false)]
    [InlineData(Ghcr, "ghcr.io.example.com/team/app", false)]
    [InlineData(Ghcr, "xghcr.io/team/app", false)]
    [InlineData(Port, "registry.internal:5000/team/app:1.2.3", true)]
    [InlineData(Port, "registry.internal:5000/team/app", true)]
    [InlineData(Port, "registry.internal/team/app", false)]
    [InlineData(Port, "registry.internal:5001/team/app", false)]
    [InlineData(Port, "registry.internal:5000/team/app2", false)]
    [InlineData(Tls, "registry.example.com/team/app", true)]
    [InlineData(Tls, "registry.example.com:443/team/app:1", true)]
    [InlineData(Tls, "registry.example.com:80/team/app", false)]
    [InlineData(Tls, "example.com/team/app", false)]
    [InlineData(Tls, "eu.registry.example.com/team/app", false)]
    [InlineData(Deep, "registry.example.com/a/b/c/d:1", true)]
    [InlineData(Deep, "registry.example.com/b/c/d:1", false)]
    [InlineData(Deep, "registry.example.com/a/b/c:d", false)]
    [InlineData(Address, "[2001:db8::1]:5000/app", true)]
    [InlineData(Address, "[2001:db8:0:0::1]:5000/app:1", true)]
    [InlineData(Address, "[2001:db8::2]:5000/app", false)]
    public void Covers_Image_IsThatOfTheRepositoryAlone(string repository, string image, bool expected) => Covers(repository, image).ShouldBe(expected);

    [Theory]
    [InlineData("harbor.example.com/hub", "harbor.example.com/hub/library/nginx:1.27", true)]
    [InlineData("harbor.example.com/hub/", "harbor.example.com/hub/library/nginx", true)]
    [InlineData("mirror.internal:5000", "mirror.internal:5000/library/nginx:1", true)]
    [InlineData("mirror.internal:5000", "mirror.internal/library/nginx:1", false)]
    [InlineData("harbor.example.com/hub", "harbor.example.com/library/nginx", false)]
    [InlineData("harbor.example.com/hub", "harbor.example.com/hub/library/redis", false)]
    [InlineData("harbor.example.com/hub", "harbor.example.com/hub2/library/nginx", false)]
    [InlineData("harbor.example.com/copies/web-server", "harbor.example.com/copies/web-server:1.27", true)]
    [InlineData("harbor.example.com/copies/web-server", "harbor.example.com/copies/web-server2:1.27", false)]
    [InlineData("harbor.example.com/hub", "nginx:1.27", true)]
    [InlineData("public.ecr.aws/docker", "public.ecr.aws/docker/library/nginx:1.27", true)]
    public void Covers_Mirror_IsTheWholeNameOrWhatStandsBeforeThePath(string mirror, string image, bool expected) =>
        Covers(Hub, image, mirror).ShouldBe(expected);

    [Theory]
    [InlineData("", "anywhere", true)]
    [InlineData("shop", "shop", true)]
    [InlineData("shop", "shop-test", false)]
    public void Covers_Namespace_IsOneOfThoseNamed(string named, string @namespace, bool expected) =>
        new WorkloadSelection { Namespaces = named.Length == 0 ? [] : [named] }.Covers(@namespace).ShouldBe(expected);

    private static bool Covers(string repository, string image, params string[] mirrors)
    {
        var parts = repository.Split(' ');
        return new WorkloadSelection { Mirrors = mirrors }.Covers(ImageReference.Parse(image), new RepositoryReference(new Uri(parts[0]), parts[1]));
    }
}
