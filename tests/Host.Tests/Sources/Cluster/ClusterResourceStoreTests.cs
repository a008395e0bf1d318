using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Reconciliation;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Sources.Cluster;
using RegistryOperator.Kubernetes;
using RegistryOperator.Kubernetes.Client;
using RegistryOperator.Kubernetes.Resources;
using RegistryOperator.Kubernetes.Tests.Fakes;

namespace RegistryOperator.Host.Tests.Sources.Cluster;

public sealed class ClusterResourceStoreTests : IAsyncLifetime
{
    private const string Path = "/apis/registry.kubecontroller.io/v1alpha1/namespaces/shop/registries/api";

    private const string Stored = """
        {"apiVersion":"registry.kubecontroller.io/v1alpha1","kind":"Registry",
        "metadata":{"name":"api","namespace":"shop","uid":"u","resourceVersion":"7","generation":3},
        "spec":{"url":"https://registry.example.com","repository":"team/web"},"status":{"lastScanStatus":"Success"}}
        """;

    private static readonly ResourceKey Key = new("shop", "api");

    private FakeApiServer _server = null!;
    private ClusterResourceStore _store = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await FakeApiServer.StartAsync();
        _store = new ClusterResourceStore(_server.Connect(), new FakeTimeProvider(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero)));
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Get_Resource_IsReadWithItsStatus()
    {
        _server.Others.Enqueue(Answer.Json(200, Stored));

        var resource = (await _store.GetAsync(Key, Cancel)).ShouldNotBeNull();

        (resource.Metadata.Generation, resource.Spec.Repository, resource.Status!.LastScanStatus).ShouldBe((3, "team/web", "Success"));
        (_server.Requests.Single().Method, _server.Requests.Single().Path).ShouldBe(("GET", Path));
    }

    [Fact]
    public async Task WriteEvent_Event_IsAWarningAboutTheResource()
    {
        _server.Others.Enqueue(Answer.Json(201, """
            {"metadata":{"name":"api.1","namespace":"shop"},"involvedObject":{"apiVersion":"v1","kind":"Registry","name":"api"},
            "reason":"TagRewritten","message":"m","type":"Warning"}
            """));
        var resource = new RegistryResource { Metadata = new ObjectMeta { Namespace = "shop", Name = "api", Uid = "u" }, Spec = new RegistrySpec() };

        await _store.WriteEventAsync(resource, new RegistryEvent("TagRewritten", new string('x', 2000)), Cancel);

        var request = _server.Requests.Single();
        (request.Method, request.Path).ShouldBe(("POST", "/api/v1/namespaces/shop/events"));
        var body = JsonNode.Parse(request.Body)!;
        body["metadata"]!["name"]!.ToString().ShouldStartWith("api.");
        body["involvedObject"]!.ToJsonString().ShouldBe(
            """{"apiVersion":"registry.kubecontroller.io/v1alpha1","kind":"Registry","namespace":"shop","name":"api","uid":"u"}""");
        (body["reason"]!.ToString(), body["type"]!.ToString(), body["lastTimestamp"]!.ToString()).ShouldBe(("TagRewritten", "Warning", "2026-01-02T03:04:05Z"));
        body["message"]!.ToString().Length.ShouldBe(1024);
    }

    [Fact]
    public async Task GetSecret_Forbidden_IsSaidSo()
    {
        _server.Others.Enqueue(Answer.Error(403, "Forbidden", name: "login"));

        await Should.ThrowAsync<SecretForbiddenException>(_store.GetSecretAsync("shop", "login", Cancel));
    }

    [Fact]
    public async Task Get_Gone_IsNull()
    {
        _server.Others.Enqueue(Answer.Error(404, "NotFound", name: "api"));

        (await _store.GetAsync(Key, Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task ReplaceStatus_Resource_WritesTheStatusOfTheVersionRead()
    {
        _server.Others.Enqueue(Answer.Json(200, Stored.Replace("\"7\"", "\"8\"", StringComparison.Ordinal)));

        var written = await _store.ReplaceStatusAsync(Resource() with { Status = new RegistryStatus { Message = "m" } }, Cancel);

        written.Metadata.ResourceVersion.ShouldBe("8");
        var request = _server.Requests.Single();
        (request.Method, request.Path).ShouldBe(("PUT", Path + "/status"));
        var body = JsonNode.Parse(request.Body)!;
        ((string?)body["metadata"]!["resourceVersion"], (string?)body["status"]!["message"]).ShouldBe(("7", "m"));
    }

    [Theory]
    [InlineData(409, "Conflict")]
    [InlineData(404, "NotFound")] // deleted meanwhile: whoever reads again finds that
    public async Task ReplaceStatus_ResourceChangedOrGone_IsAConflict(int code, string reason)
    {
        _server.Others.Enqueue(Answer.Error(code, reason, "changed or gone", name: "api"));

        var conflict = await Should.ThrowAsync<StatusConflictException>(_store.ReplaceStatusAsync(Resource(), Cancel));

        conflict.Message.ShouldContain("changed or gone");
        conflict.InnerException.ShouldBeOfType<KubernetesApiException>();
    }

    [Theory]
    [InlineData(403, "Forbidden")]
    [InlineData(422, "Invalid")]
    [InlineData(500, "InternalError")]
    public async Task ReplaceStatus_OtherError_IsTold(int code, string reason)
    {
        _server.Others.Enqueue(Answer.Error(code, reason));

        (await Should.ThrowAsync<KubernetesApiException>(_store.ReplaceStatusAsync(Resource(), Cancel))).Reason.ShouldBe(reason);
    }

    [Fact]
    public async Task AddFinalizer_Resource_IsAsWritten()
    {
        _server.Others.Enqueue(Answer.Json(200, Stored.Replace("\"7\"", "\"8\"", StringComparison.Ordinal)));

        (await _store.AddFinalizerAsync(Resource(), Cancel)).Metadata.ResourceVersion.ShouldBe("8");

        _server.Requests.Single().Body.ShouldBe("""{"metadata":{"resourceVersion":"7","finalizers":["registry.kubecontroller.io/finalizer"]}}""");
    }

    [Fact]
    public async Task AddFinalizer_Gone_IsTheResourceAsItWas()
    {
        _server.Others.Enqueue(Answer.Error(404, "NotFound", name: "api"));

        (await _store.AddFinalizerAsync(Resource(), Cancel)).Metadata.ResourceVersion.ShouldBe("7");
    }

    [Fact]
    public async Task RemoveFinalizer_Resource_RemovesTheOperatorsAlone()
    {
        _server.Others.Enqueue(Answer.Json(200, Stored));
        var resource = Resource();

        await _store.RemoveFinalizerAsync(resource with { Metadata = resource.Metadata with { Finalizers = ["other", RegistryGroup.Finalizer] } }, Cancel);

        var request = _server.Requests.Single();
        (request.Method, request.Path).ShouldBe(("PATCH", Path));
        request.Body.ShouldContain("""{"op":"remove","path":"/metadata/finalizers/1"}""");
    }

    [Fact]
    public async Task GetSecret_Secret_IsHandedOverDecoded()
    {
        _server.Others.Enqueue(Answer.Json(
            200,
            """
            {"metadata":{"name":"login","namespace":"shop"},"type":"kubernetes.io/basic-auth","data":{"username":"YWRh","password":"c2VjcmV0"}}
            """));

        var secret = (await _store.GetSecretAsync("shop", "login", Cancel)).ShouldNotBeNull();

        (secret.Namespace, secret.Name, secret.Type).ShouldBe(("shop", "login", "kubernetes.io/basic-auth"));
        secret.Data.ToDictionary(entry => entry.Key, entry => Encoding.UTF8.GetString(entry.Value.Span))
            .ShouldBe(new Dictionary<string, string> { ["username"] = "ada", ["password"] = "secret" }, ignoreOrder: true);
        _server.Requests.Single().Path.ShouldBe("/api/v1/namespaces/shop/secrets/login");
    }

    [Fact]
    public async Task GetSecret_NeitherTypeNorData_IsOpaqueAndEmpty()
    {
        _server.Others.Enqueue(Answer.Json(200, """{"metadata":{"name":"login","namespace":"shop"}}"""));

        var secret = (await _store.GetSecretAsync("shop", "login", Cancel)).ShouldNotBeNull();

        secret.Type.ShouldBe("Opaque");
        secret.Data.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"metadata":{"name":"builder"},"imagePullSecrets":[{"name":"one"},{},{"name":"two"}]}""", "one two")]
    [InlineData("""{"metadata":{"name":"builder"},"secrets":[{"name":"token"}]}""", "")]
    public async Task GetPullSecrets_ServiceAccount_AreNamed(string account, string expected)
    {
        _server.Others.Enqueue(Answer.Json(200, account));

        (await _store.GetPullSecretsAsync("shop", "builder", Cancel)).ShouldBe(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        _server.Requests.Single().Path.ShouldBe("/api/v1/namespaces/shop/serviceaccounts/builder");
    }

    [Fact]
    public async Task GetPullSecrets_NotThereOrForbidden_IsSaidSo()
    {
        _server.Others.Enqueue(Answer.Error(404, "NotFound", name: "builder"));
        (await _store.GetPullSecretsAsync("shop", "builder", Cancel)).ShouldBeNull();

        _server.Others.Enqueue(Answer.Error(403, "Forbidden", name: "builder"));
        await Should.ThrowAsync<SecretForbiddenException>(_store.GetPullSecretsAsync("shop", "builder", Cancel));
    }

    [Fact]
    public async Task GetSecret_NotThere_IsNull()
    {
        _server.Others.Enqueue(Answer.Error(404, "NotFound", name: "login"));

        (await _store.GetSecretAsync("shop", "login", Cancel)).ShouldBeNull();
    }

    private static RegistryResource Resource() => new()
    {
        Metadata = new ObjectMeta { Namespace = "shop", Name = "api", Uid = "u", ResourceVersion = "7", Generation = 3 },
        Spec = new RegistrySpec { Url = "https://registry.example.com", Repository = "team/web" },
    };
}
