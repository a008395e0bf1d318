using System.Security.Cryptography;
using RegistryOperator.Tests.Servers.Certificates;
using RegistryOperator.Tests.Servers.Processes;

namespace RegistryOperator.Tests.Servers.Kubernetes;

/// <summary>The keys, certificates, users and kubeconfigs of one cluster.</summary>
internal sealed class ClusterFiles : IDisposable
{
    public const string Admin = "admin";
    public const string Viewer = "viewer";
    private const int ServiceAccountKeySize = 2048;

    private readonly TemporaryFolder _folder = new("kubernetes");
    private readonly TestAuthority _authority = new("test-cluster");

    public ClusterFiles(Uri server)
    {
        AuthorityFile = _folder.Write("ca.crt", _authority.CertificatePem);
        var serving = _authority.Issue("CN=kube-apiserver", "127.0.0.1", "10.0.0.1", "localhost", "kubernetes.default.svc");
        (ServerCertificate, ServerKey) = (_folder.Write("server.crt", serving.CertificatePem), _folder.Write("server.key", serving.KeyPem));
        var proxy = _authority.Issue("CN=front-proxy");
        (ProxyCertificate, ProxyKey) = (_folder.Write("front-proxy.crt", proxy.CertificatePem), _folder.Write("front-proxy.key", proxy.KeyPem));
        using (var serviceAccounts = RSA.Create(ServiceAccountKeySize))
        {
            ServiceAccountKey = _folder.Write("service-accounts.key", serviceAccounts.ExportPkcs8PrivateKeyPem());
            ServiceAccountPublicKey = _folder.Write("service-accounts.pub", serviceAccounts.ExportSubjectPublicKeyInfoPem());
        }

        AdminToken = NewToken();
        var viewerToken = NewToken();
        TokensFile = _folder.Write("tokens.csv", $"{AdminToken},{Admin},{Admin},\"system:masters\"\n{viewerToken},{Viewer},{Viewer},\"viewers\"\n");
        AdminKubeconfig = WriteKubeconfig(Admin, AdminToken, server);
        ViewerKubeconfig = WriteKubeconfig(Viewer, viewerToken, server);
    }

    public string Folder => _folder.Path;

    public string AuthorityFile { get; }

    public string AuthorityPem => _authority.CertificatePem;

    public string ServerCertificate { get; }

    public string ServerKey { get; }

    public string ProxyCertificate { get; }

    public string ProxyKey { get; }

    public string ServiceAccountKey { get; }

    public string ServiceAccountPublicKey { get; }

    public string TokensFile { get; }

    public string AdminToken { get; }

    public string AdminKubeconfig { get; }

    public string ViewerKubeconfig { get; }

    public string File(string name) => _folder.File(name);

    public SocketsHttpHandler CreateHandler() => _authority.CreateHandler();

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    private static string NewToken() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    private string WriteKubeconfig(string user, string token, Uri server) => _folder.Write($"{user}.kubeconfig",
        $"""
        apiVersion: v1
        kind: Config
        clusters:
          - name: test
            cluster:
              server: "{server}"
              certificate-authority: {AuthorityFile}
        users:
          - name: {user}
            user:
              token: {token}
        contexts:
          - name: test
            context:
              cluster: test
              user: {user}
        current-context: test
        """);
}
