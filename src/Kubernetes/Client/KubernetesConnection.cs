using k8s;
using RegistryOperator.Kubernetes.Resources;

namespace RegistryOperator.Kubernetes.Client;

/// <summary>
/// A connection to one cluster. KubernetesClient does what is hard to get right (kubeconfig, in-cluster tokens that rotate, exec plugins, TLS);
/// requests and models are this library's own, at a tenth of the memory.
/// </summary>
public sealed class KubernetesConnection : IDisposable
{
    // As client-go: a connection that went silent, e.g. by a failed load balancer, is noticed within a minute
    // (https://github.com/kubernetes/apimachinery/blob/master/pkg/util/net/http.go, ReadIdleTimeout and PingTimeout).
    private static readonly TimeSpan PingDelay = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(15);

    private readonly k8s.Kubernetes _client;

    /// <summary>Connects by a configuration made by KubernetesClient. Most callers use <see cref="Open"/>.</summary>
    public KubernetesConnection(KubernetesClientConfiguration configuration, string source, ClientOptions? options = null, TimeProvider? time = null)
    {
        options ??= new ClientOptions();
        configuration.UserAgent = options.UserAgent ?? configuration.UserAgent;
        var setup = configuration.FirstMessageHandlerSetup;
        configuration.FirstMessageHandlerSetup = handler =>
        {
            setup?.Invoke(handler);
            handler.KeepAlivePingDelay = PingDelay;
            handler.KeepAlivePingTimeout = PingTimeout;
            handler.ConnectTimeout = options.ConnectTimeout;
        };
        _client = new k8s.Kubernetes(configuration);
        Server = _client.BaseUri;
        Source = source;
        DefaultNamespace = string.IsNullOrEmpty(configuration.Namespace) ? "default" : configuration.Namespace;
        Transport = new ApiTransport(_client, configuration.TlsServerName, options, time ?? TimeProvider.System);
    }

    /// <summary>The API server's address.</summary>
    public Uri Server { get; }

    /// <summary>The source of the settings, for messages: <c>kubeconfig /home/me/.kube/config, context dev</c>.</summary>
    public string Source { get; }

    /// <summary>The namespace of the kubeconfig's context, or the pod's own.</summary>
    public string DefaultNamespace { get; }

    internal ApiTransport Transport { get; }

    /// <summary>
    /// Connects to the cluster that is given or found, in controller-runtime's order: the file given, <c>KUBECONFIG</c>, the pod's service account,
    /// <c>~/.kube/config</c>.
    /// </summary>
    /// <param name="kubeconfig">A kubeconfig file; null to search.</param>
    /// <param name="context">A context of the kubeconfig; null for its current one.</param>
    /// <param name="options">How the server is asked.</param>
    /// <param name="time">The clock of retries and timeouts.</param>
    /// <exception cref="KubernetesConnectionException">No settings are found, or they can't be used.</exception>
    public static KubernetesConnection Open(string? kubeconfig = null, string? context = null, ClientOptions? options = null, TimeProvider? time = null)
    {
        var (configuration, source) = KubernetesSettings.Find(kubeconfig, context);
        try
        {
            return new KubernetesConnection(configuration, source, options, time);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new KubernetesConnectionException($"Can't connect by {source}: {e.Message}", e);
        }
    }

    /// <summary>A client for one type of resource.</summary>
    public ResourceClient<T> Resources<T>(ResourceType<T> type)
        where T : class, IKubernetesResource => new(this, type);

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();
}
