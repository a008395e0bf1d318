namespace RegistryOperator.Tests.Servers.Kubernetes;

/// <summary>The arguments of a cluster's servers.</summary>
internal static class KubeCommandLines
{
    private const string Controllers = "deployment,replicaset,statefulset,daemonset,job,cronjob,garbagecollector,namespace,serviceaccount,serviceaccount-token";

    public static string[] Etcd(ClusterFiles files, int port, int peerPort) =>
    [
        $"--data-dir={files.File("etcd")}",
        $"--listen-client-urls=http://127.0.0.1:{port}",
        $"--advertise-client-urls=http://127.0.0.1:{port}",
        $"--listen-peer-urls=http://127.0.0.1:{peerPort}",
        $"--initial-advertise-peer-urls=http://127.0.0.1:{peerPort}",
        $"--initial-cluster=default=http://127.0.0.1:{peerPort}",
        // The data need not outlive the machine.
        "--unsafe-no-fsync",
    ];

    public static string[] ApiServer(ClusterFiles files, KubeApiServerOptions options, Uri url, int etcdPort) =>
    [
        $"--etcd-servers=http://127.0.0.1:{etcdPort}",
        "--bind-address=127.0.0.1",
        "--advertise-address=127.0.0.1",
        $"--secure-port={url.Port}",
        "--insecure-port=0",
        $"--cert-dir={files.Folder}",
        $"--tls-cert-file={files.ServerCertificate}",
        $"--tls-private-key-file={files.ServerKey}",
        $"--client-ca-file={files.AuthorityFile}",
        $"--token-auth-file={files.TokensFile}",
        "--authorization-mode=RBAC",
        "--service-cluster-ip-range=10.0.0.0/24",
        $"--service-account-issuer={url.GetLeftPart(UriPartial.Authority)}",
        $"--service-account-key-file={files.ServiceAccountPublicKey}",
        $"--service-account-signing-key-file={files.ServiceAccountKey}",
        $"--api-audiences={url.GetLeftPart(UriPartial.Authority)}",
        $"--requestheader-client-ca-file={files.AuthorityFile}",
        "--requestheader-allowed-names=front-proxy",
        "--requestheader-username-headers=X-Remote-User",
        "--requestheader-group-headers=X-Remote-Group",
        "--requestheader-extra-headers-prefix=X-Remote-Extra-",
        $"--proxy-client-cert-file={files.ProxyCertificate}",
        $"--proxy-client-key-file={files.ProxyKey}",
        // Pods must be accepted without a controller manager, which makes the accounts.
        "--disable-admission-plugins=ServiceAccount",
        "--allow-privileged=true",
        "--endpoint-reconciler-type=none",
        "--profiling=false",
        $"--watch-cache={(options.WatchCache ? "true" : "false")}",
    ];

    public static string[] ControllerManager(ClusterFiles files, int port) =>
    [
        $"--kubeconfig={files.AdminKubeconfig}",
        "--bind-address=127.0.0.1",
        "--port=0",
        $"--secure-port={port}",
        $"--cert-dir={files.Folder}",
        "--leader-elect=false",
        $"--service-account-private-key-file={files.ServiceAccountKey}",
        $"--root-ca-file={files.AuthorityFile}",
        $"--controllers={Controllers}",
    ];
}
