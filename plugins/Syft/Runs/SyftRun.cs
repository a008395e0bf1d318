using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Tools;

namespace RegistryOperator.Plugins.Syft.Runs;

/// <summary>What Syft is told for one image.</summary>
/// <param name="Arguments">The arguments, without a secret.</param>
/// <param name="Environment">The variables, with the credential.</param>
internal sealed record SyftRun(IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment)
{
    private const string LayoutFolder = "image";

    // Syft's library for registries wants at least two characters.
    private const int ShortestRepository = 2;

    // The library knows Docker Hub by one name, and compares the credential's authority with it.
    private const string DockerHub = "index.docker.io";
    private static readonly string[] DockerHubHosts = ["docker.io", "registry-1.docker.io", DockerHub];

    /// <summary>
    /// Syft pulls the image itself where it can. What it can't reach, or not safely - a registry of another scheme, a credential it has no
    /// words for or might send in the clear - is fetched by the request's client into the run's folder, as an OCI layout.
    /// </summary>
    public static async Task<SyftRun> PrepareAsync(ImageScanRequest request, SyftOptions options, IToolFolder folder, CancellationToken cancellationToken)
    {
        var variables = SyftEnvironment.ForRun(folder.Path);
        var host = HostOf(request.Repository);
        string[] rest = ["-o", request.SbomFormat, .. options.Scope is { } scope ? ["--scope", scope] : Array.Empty<string>()];
        if (CanPull(request))
        {
            await SyftEnvironment.AddRegistryAsync(variables, request, host, folder, cancellationToken);
            return new SyftRun(["scan", $"registry:{host}/{request.Repository.Repository}@{request.Digest}", .. rest], variables);
        }

        var layout = Path.Combine(folder.Path, LayoutFolder);
        await ImageLayout.WriteAsync(request.Client, request.Digest, layout, cancellationToken);
        // The SBOM names the image, and not a folder that is gone when it is read.
        var name = $"{request.Repository.Registry.Authority}/{request.Repository.Repository}".TrimStart('/');
        return new SyftRun(
            ["scan", $"oci-dir:{layout}", "--source-name", name, "--source-version", request.Digest.ToString(), .. rest], variables);
    }

    /// <summary>The command.</summary>
    public ToolCommand ToCommand(string executable) => new()
    {
        Executable = executable,
        Arguments = Arguments,
        Environment = Environment,
        InheritedPrefix = SyftEnvironment.Prefix,
        NotInherited = SyftEnvironment.NotInherited,
    };

    private static bool CanPull(ImageScanRequest request) =>
        request.Repository.Repository.Length >= ShortestRepository
        && SyftEnvironment.CanTell(request.Credential)
        && (request.Repository.Registry.Scheme == Uri.UriSchemeHttp
            || request.Repository.Registry.Scheme == Uri.UriSchemeHttps && !MaySendInTheClear(request));

    // Where TLS fails, Syft's library tries a registry of such an address by plain HTTP too, with the credential, whatever it is told.
    private static bool MaySendInTheClear(ImageScanRequest request) =>
        request.Credential is not RegistryCredential.AnonymousCredential && PrivateHost.Is(request.Repository.Registry);

    private static string HostOf(RepositoryReference repository) =>
        DockerHubHosts.Contains(repository.Registry.Authority, StringComparer.OrdinalIgnoreCase) ? DockerHub : repository.Registry.Authority;
}
