using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Images;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Tools;
using RegistryOperator.Plugins.Syft.Options;

namespace RegistryOperator.Plugins.Syft.Runs;

/// <summary>One run of Syft over one image.</summary>
/// <param name="Arguments">The arguments, without a secret.</param>
/// <param name="Environment">The variables, with the credential.</param>
internal sealed record SyftRun(IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment)
{
    private const string LayoutFolder = "image";

    // Syft's library for registries wants at least two characters.
    private const int ShortestRepository = 2;

    /// <summary>Path of the file that standard output goes to; null keeps it in memory.</summary>
    public string? OutputFile { get; init; }

    /// <summary>
    /// Syft pulls the image itself where it can. What it can't reach, or not safely - a registry of another scheme, a credential it has no
    /// variable for or might send in the clear - is fetched by the request's client into the run's folder, as an OCI layout.
    /// </summary>
    public static async Task<SyftRun> PrepareAsync(ImageScanRequest request, SyftOptions options, IToolFolder folder, CancellationToken cancellationToken)
    {
        // Whoever pulls it unpacks it into the folder.
        if (request.Manifest is { } manifest) ImageLayout.RequireRoom(manifest, folder.MaximumSize);
        var arguments = new SyftArguments(options);
        if (CanPull(request))
        {
            var host = HostOf(request.Repository);
            return new SyftRun(arguments.ScanImage(request, host), await SyftEnvironment.ForRegistryAsync(request, host, folder, cancellationToken));
        }

        var layout = Path.Combine(folder.Path, LayoutFolder);
        await ImageLayout.WriteAsync(request.Client, request.Digest, layout, folder.MaximumSize, cancellationToken);
        return new SyftRun(arguments.ScanLayout(request, layout), SyftEnvironment.ForRun(folder));
    }

    /// <summary>The command.</summary>
    public ToolCommand ToCommand(string executable) => new()
    {
        Executable = executable,
        Arguments = Arguments,
        Environment = Environment,
        InheritedPrefix = SyftVariables.Prefix,
        NotInherited = SyftVariables.NotInherited,
        OutputFile = OutputFile,
    };

    private static bool CanPull(ImageScanRequest request) =>
        request.Repository.Repository.Length >= ShortestRepository
        && SyftEnvironment.CanHold(request.Credential)
        // Which of several the registry takes, the operator's client has found out.
        && request.Credential.Alternatives.Count == 0
        // Syft shows such a certificate to whatever registry it comes to; the operator to this one alone.
        && request.Security.ClientCertificate is null
        && (request.Repository.Registry.Scheme == Uri.UriSchemeHttp
            || request.Repository.Registry.Scheme == Uri.UriSchemeHttps && !MaySendInTheClear(request));

    // Where TLS fails, Syft's library tries a registry of such an address by plain HTTP too, with the credential, and no option prevents that.
    private static bool MaySendInTheClear(ImageScanRequest request) =>
        request.Credential is not RegistryCredential.AnonymousCredential && PrivateHost.Is(request.Repository.Registry);

    // Syft's library compares the credential's authority with the one name by which it knows Docker Hub.
    private static string HostOf(RepositoryReference repository) =>
        DockerHub.IsHost(repository.Registry.Authority) ? DockerHub.LoginHost : repository.Registry.Authority;
}
