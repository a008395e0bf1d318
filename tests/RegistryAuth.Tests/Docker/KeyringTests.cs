using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Plugins.RegistryAuth.Docker;

namespace RegistryOperator.RegistryAuth.Tests.Docker;

public sealed class KeyringTests
{
    // The cases of the kubelet's own tests: pkg/credentialprovider/keyring_test.go.
    [Theory]
    [InlineData("*.kubernetes.io", "prefix.kubernetes.io", true)]
    [InlineData("prefix.*.io", "prefix.kubernetes.io", true)]
    [InlineData("prefix.kubernetes.*", "prefix.kubernetes.io", true)]
    [InlineData("*-good.kubernetes.io", "prefix-good.kubernetes.io", true)]
    [InlineData("*.kubernetes.io/blah", "prefix.kubernetes.io/blah", true)]
    [InlineData("prefix.*.io/foo", "prefix.kubernetes.io/foo/bar", true)]
    [InlineData("*.kubernetes.io:1111/blah", "prefix.kubernetes.io:1111/blah", true)]
    [InlineData("prefix.*.io:1111/foo", "prefix.kubernetes.io:1111/foo/bar", true)]
    [InlineData("*.kubernetes.io", "kubernetes.io", false)]
    [InlineData("*.*.kubernetes.io", "prefix.kubernetes.io", false)]
    [InlineData("*.*.kubernetes.io", "kubernetes.io", false)]
    [InlineData("kubernetes.io", "kubernetes.com", false)]
    [InlineData("k*.io", "quay.io", false)]
    [InlineData("*.kubernetes.io:1234/blah", "prefix.kubernetes.io:1111/blah", false)]
    [InlineData("prefix.*.io/foo", "prefix.kubernetes.io:1111/foo/bar", false)]
    [InlineData("https://hello.kubernetes.io", "hello.kubernetes.io/foo/bar", true)]
    [InlineData("https://*.docker.io", "prefix.docker.io/foo/bar", true)]
    [InlineData("https://prefix.*.io/path", "prefix.docker.io/path/subpath/foo/bar", true)]
    [InlineData("https://*.docker.io:8888", "prefix.docker.io:8888/foo/bar", true)]
    [InlineData("https://*.docker.io/v1/", "prefix.docker.io/path/foo/bar", true)]
    [InlineData("https://*.docker.io/v2/", "prefix.docker.io/path/foo/bar", true)]
    [InlineData("prefix.docker.io:1111", "prefix.docker.io:1111/path/foo/bar", true)]
    [InlineData("https://hello.kubernetes.io", "world.mesos.org/foo/bar", false)]
    [InlineData("https://*.docker.com", "prefix.docker.io/foo/bar", false)]
    [InlineData("https://suffix.*.io", "prefix.docker.io/foo/bar", false)]
    [InlineData("https://prefix.docker.c*", "prefix.docker.io/foo/bar", false)]
    [InlineData("https://index.docker.io/v1/", "world.mesos.org/foo/bar", false)]
    [InlineData("https://index.docker.io/v1/", "myhostdocker.io/foo/bar", false)]
    // Beyond those: a path is a plain prefix, as in the kubelet; classes; hosts in capitals; a port that the URL's scheme implies.
    [InlineData("quay.io/core", "quay.io/coreos/etcd", true)]
    [InlineData("quay.io/coreos/etcd", "quay.io/coreos", false)]
    [InlineData("http://registry.local:5000", "registry.local:5000/app", true)]
    [InlineData("registry[0-9].example", "registry7.example/app", true)]
    [InlineData("registry[^0-9].example", "registry7.example/app", false)]
    [InlineData("registry[.example", "registry7.example/app", false)]
    [InlineData("Registry.Example", "registry.example/app", true)]
    [InlineData("registry.example:443", "registry.example/app", true)]
    [InlineData("user@registry.example/team?x#y", "registry.example/team/app", true)]
    [InlineData("[::1]:5000", "[::1]:5000/app", true)]
    [InlineData("[::1]", "[::1]/app", true)]
    [InlineData("[::1]", "[::2]/app", false)]
    [InlineData("http://registry.example:80", "registry.example:80/app", true)]
    [InlineData("registry.example:5000", "registry.example/app", false)]
    [InlineData("registry.example", "registry.example:5000/app", false)]
    [InlineData("registry.example/", "registry.example/app", true)]
    [InlineData("registry.example/v1/team", "registry.example/team/app", true)]
    [InlineData("registry.example/v2/team", "registry.example/other/app", false)]
    [InlineData("registry.example/v3/", "registry.example/team/app", false)]
    [InlineData("registry.example/v1", "registry.example/team/app", true)]
    [InlineData("https://registry.example/v2", "registry.example/team/app", true)]
    [InlineData("HTTPS://registry.example/v2/", "registry.example/team/app", true)]
    [InlineData("registry.example/v1x", "registry.example/team/app", false)]
    [InlineData("registry.example/te", "registry.example/team/app", true)]
    [InlineData("registry.example/team/", "registry.example/team/app", true)]
    [InlineData("registry.example/team/", "registry.example/team", false)]
    [InlineData("registry.example:5000/team", "registry.example:5000/team/app", true)]
    [InlineData("*:5000", "localhost:5000/app", true)]
    [InlineData("registry.example/Team", "registry.example/team/app", false)]
    [InlineData("*", "localhost/app", true)]
    [InlineData("*", "registry.example/app", false)]
    [InlineData("a b", "a/app", false)]
    [InlineData("https://", "registry.example/app", false)]
    [InlineData("", "registry.example/app", false)]
    public void Lookup_Location_MatchesAsInTheKubelet(string location, string repository, bool expected) =>
        (Lookup(repository, location).Count == 1).ShouldBe(expected);

    [Theory]
    [InlineData("docker.io")]
    [InlineData("index.docker.io")]
    [InlineData("registry-1.docker.io")]
    [InlineData("registry.hub.docker.com")]
    public void Lookup_DockerHub_KnowsAllItsNames(string host)
    {
        string[] locations =
        [
            "https://index.docker.io/v1/", "https://index.docker.io/v1", "index.docker.io", "index.docker.io/v1/", "docker.io", "https://docker.io",
            "registry-1.docker.io", "https://registry-1.docker.io/v2/", "https://registry-1.docker.io/v2", "registry.hub.docker.com", "docker.io:443",
            "docker.io/library", "index.docker.io/library/nginx", "Docker.IO",
        ];
        foreach (var location in locations) Lookup(host + "/library/nginx", location).ShouldBe([location]);
        foreach (var location in locations) Lookup(host + "/nginx", location).ShouldBe([location]);
        foreach (var location in (string[])["ghcr.io", "docker.io.example", "docker.com", "docker.io/team", "docker.io:5000"])
            Lookup(host + "/library/nginx", location).ShouldBeEmpty();
    }

    [Fact]
    public void Lookup_SeveralMatches_TheMostSpecificIsFirst() =>
        Lookup("quay.io/coreos/etcd", "quay.io", "*.io", "quay.io/coreos", "quay.io/coreos/etcd", "ghcr.io")
            .ShouldBe(["quay.io/coreos/etcd", "quay.io/coreos", "quay.io", "*.io"]);

    [Fact]
    public void Lookup_EqualLocations_KeepTheirOrder() =>
        Lookup("quay.io/coreos/etcd", "http://quay.io", "quay.io/v2/", "quay.io/coreos", "https://quay.io")
            .ShouldBe(["quay.io/coreos", "http://quay.io", "quay.io/v2/", "https://quay.io"]);

    [Fact]
    public void Lookup_DockerHubUnderSeveralNames_TheMostSpecificPathIsFirst() =>
        Lookup("registry-1.docker.io/team/app", "https://index.docker.io/v1/", "registry-1.docker.io", "docker.io/team", "index.docker.io/team/app")
            .ShouldBe(["index.docker.io/team/app", "docker.io/team", "https://index.docker.io/v1/", "registry-1.docker.io"]);

    private static List<string> Lookup(string repository, params string[] locations)
    {
        var slash = repository.IndexOf('/', StringComparison.Ordinal);
        var (host, path) = slash < 0 ? (repository, "") : (repository[..slash], repository[(slash + 1)..]);
        var reference = new RepositoryReference(new Uri("https://" + host), path);
        return [.. new Keyring<string>(locations.Select(location => (location, location))).Lookup(reference)];
    }
}
