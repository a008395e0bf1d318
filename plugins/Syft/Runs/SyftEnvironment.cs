using System.Text;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Tools;

namespace RegistryOperator.Plugins.Syft.Runs;

/// <summary>Syft's settings as environment variables, the only way that a credential takes.</summary>
internal static class SyftEnvironment
{
    private const string AuthorityFile = "ca.crt";

    /// <summary>For every run: Syft does not check for a newer version of itself.</summary>
    public static IReadOnlyDictionary<string, string> Always { get; } =
        new Dictionary<string, string>(StringComparer.Ordinal) { [SyftVariables.CheckForUpdate] = SyftVariables.False };

    /// <summary>True where Syft has variables for this credential: it has none for a refresh token, and takes a name and a password only together.</summary>
    public static bool CanHold(RegistryCredential credential) => credential switch
    {
        RegistryCredential.AnonymousCredential or RegistryCredential.RegistryToken => true,
        RegistryCredential.UsernamePassword user => user is { Username.Length: > 0, Password.Length: > 0 },
        _ => false,
    };

    /// <summary>The variables of a run that keeps its files in a folder of its own.</summary>
    public static Dictionary<string, string> ForRun(IToolFolder folder) => new(Always, StringComparer.Ordinal)
    {
        // Layers are unpacked there, and gone with it however Syft ends.
        [SyftVariables.TemporaryDirectory] = folder.Path,
        // The folder has no such configuration, so Syft uses none of the user's logins: the request's credential is the only one.
        [SyftVariables.DockerConfig] = folder.Path,
    };

    /// <summary>The variables of a run that pulls the request's image.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> ForRegistryAsync(
        ImageScanRequest request, string registryHost, IToolFolder folder, CancellationToken cancellationToken)
    {
        var variables = ForRun(folder);
        // Both are always set: the operator's own must not count for every registry.
        variables[SyftVariables.UseHttp] = request.Repository.Registry.Scheme == Uri.UriSchemeHttp ? SyftVariables.True : SyftVariables.False;
        variables[SyftVariables.SkipVerify] = request.Security.InsecureSkipVerify ? SyftVariables.True : SyftVariables.False;
        if (request.Security.CertificateAuthorities is { Length: > 0 } authorities)
        {
            variables[SyftVariables.CertificateAuthority] =
                await folder.WriteFileAsync(AuthorityFile, Encoding.UTF8.GetBytes(authorities), cancellationToken);
        }

        AddCredential(variables, request.Credential, registryHost);
        return variables;
    }

    private static void AddCredential(Dictionary<string, string> variables, RegistryCredential credential, string registryHost)
    {
        switch (credential)
        {
            case RegistryCredential.UsernamePassword user:
                variables[SyftVariables.Authority] = registryHost;
                variables[SyftVariables.Username] = user.Username;
                variables[SyftVariables.Password] = user.Password;
                break;
            case RegistryCredential.RegistryToken token:
                variables[SyftVariables.Authority] = registryHost;
                variables[SyftVariables.Token] = token.Token;
                break;
        }
    }
}
