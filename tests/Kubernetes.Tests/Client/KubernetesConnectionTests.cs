using RegistryOperator.Kubernetes.Client;

namespace RegistryOperator.Kubernetes.Tests.Client;

public sealed class KubernetesConnectionTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"kubeconfig-{Guid.NewGuid():N}");

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void Open_FileDoesNotExist_NamesIt() =>
        Should.Throw<KubernetesConnectionException>(() => KubernetesConnection.Open(_file)).Message
            .ShouldBe($"The kubeconfig {_file} does not exist. Name one that does.");

    [Fact]
    public void Open_Folder_SaysThatAFileIsMeant() =>
        Should.Throw<KubernetesConnectionException>(() => KubernetesConnection.Open(AppContext.BaseDirectory, null, new ClientOptions())).Message
            .ShouldBe($"The kubeconfig {AppContext.BaseDirectory} is a folder. Name a file.");

    [Fact]
    public void Open_Kubeconfig_TakesItsCurrentContext()
    {
        Write();

        using var connection = KubernetesConnection.Open(_file);

        connection.Server.ShouldBe(new Uri("http://127.0.0.1:2/"));
        connection.DefaultNamespace.ShouldBe("team-a");
        connection.Source.ShouldBe($"kubeconfig {_file}, context two");
    }

    [Fact]
    public void Open_OtherContext_IsTaken()
    {
        Write();

        using var connection = KubernetesConnection.Open(_file, "one");

        connection.Server.ShouldBe(new Uri("http://127.0.0.1:1/"));
        connection.DefaultNamespace.ShouldBe("default");
    }

    [Fact]
    public void Open_ContextDoesNotExist_NamesItAndTheFile()
    {
        Write();

        var error = Should.Throw<KubernetesConnectionException>(() => KubernetesConnection.Open(_file, "three"));

        error.Message.ShouldContain(_file);
        error.Message.ShouldContain("three");
    }

    [Fact]
    public void Open_NotAKubeconfig_NamesTheFile()
    {
        File.WriteAllText(_file, "clusters: {not: [a, list");

        Should.Throw<KubernetesConnectionException>(() => KubernetesConnection.Open(_file)).Message.ShouldStartWith($"Can't use kubeconfig {_file}");
    }

    private void Write() => File.WriteAllText(_file, """
        apiVersion: v1
        kind: Config
        clusters: [{name: one, cluster: {server: "http://127.0.0.1:1"}}, {name: two, cluster: {server: "http://127.0.0.1:2"}}]
        users: [{name: me, user: {token: t}}]
        contexts: [{name: one, context: {cluster: one, user: me}}, {name: two, context: {cluster: two, user: me, namespace: team-a}}]
        current-context: two
        """);
}
