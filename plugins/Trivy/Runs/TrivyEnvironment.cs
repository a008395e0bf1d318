using System.Buffers;
using System.Text;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Tools;
using RegistryOperator.Plugins.Trivy.Options;

namespace RegistryOperator.Plugins.Trivy.Runs;

/// <summary>Trivy's settings as environment variables, and its credentials where a variable can hold them; others go into a file of the run.</summary>
internal static class TrivyEnvironment
{
    private const string AuthorityFile = "certificate-authorities.pem";

    // Trivy reads its variables as lists: it splits them at commas and white space, and trims the parts.
    private static readonly SearchValues<char> NotInVariables = SearchValues.Create(", \t\r\n\"'\\");

    /// <summary>The variables of a run, its own included.</summary>
    public static IReadOnlyDictionary<string, string> ForRun(TrivyRun run, TrivyOptions options)
    {
        // Variables rather than arguments: a Trivy too old to know one of them ignores it.
        var variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [TrivyVariables.SkipVersionCheck] = TrivyVariables.True,
            [TrivyVariables.DisableTelemetry] = TrivyVariables.True,
            [TrivyVariables.CacheBackend] = options.CacheBackend,
        };
        // Trivy then also finds no trivy.yaml and no .trivyignore that happen to lie in the operator's current folder.
        if (run.Folder is { } folder) variables[TrivyVariables.TemporaryDirectory] = folder.Path;
        if (options is { Server: not null, Token: { } token }) variables[TrivyVariables.Token] = token;
        foreach (var (name, value) in run.Environment) variables[name] = value;
        return variables;
    }

    /// <summary>The variables for pulling the request's image. A Docker configuration is always among the files written, if an empty one, so that
    /// Trivy uses no other login of this machine.</summary>
    /// <exception cref="ScanException">Trivy can't read registries of this scheme.</exception>
    public static async Task<IReadOnlyDictionary<string, string>> ForRegistryAsync(
        ImageScanRequest request, IToolFolder folder, CancellationToken cancellationToken)
    {
        var registry = request.Repository.Registry;
        if (registry.Scheme is not ("http" or "https"))
        {
            // A reason that blames the image: Trivy works, and must not be paused by the circuit breaker for what it can't read.
            throw new ScanException(
                ScanReasons.UnsupportedManifest,
                $"Trivy opens its own connection and reads http:// and https:// registries only, not {registry.Scheme}://: " +
                "push the image to a registry to have it scanned.");
        }

        if (request.Security.ClientCertificate is not null)
        {
            throw new ScanException(
                ScanReasons.UnsupportedManifest,
                "Trivy opens its own connection and can't show a client certificate (spec.clientCertificateSecret): "
                + "scan the image with Syft, or where it needs none.");
        }

        var variables = new Dictionary<string, string>(StringComparer.Ordinal) { [TrivyVariables.DockerConfig] = folder.Path };
        var inFile = AddCredential(variables, request.Credential) ? RegistryCredential.Anonymous : request.Credential;
        await folder.WriteFileAsync(DockerConfiguration.FileName, DockerConfiguration.Write(registry.Authority, inFile), cancellationToken);
        // Both are always set: the operator's own, perhaps meant for a mirror of the databases, must not count for every registry.
        variables[TrivyVariables.Insecure] = request.Security.InsecureSkipVerify ? TrivyVariables.True : TrivyVariables.False;
        variables[TrivyVariables.NonSsl] = registry.Scheme == "http" ? TrivyVariables.True : TrivyVariables.NotNonSsl;
        if (request.Security.CertificateAuthorities is { } authorities)
        {
            variables[TrivyVariables.CertificateAuthority] =
                await folder.WriteFileAsync(AuthorityFile, Encoding.UTF8.GetBytes(authorities), cancellationToken);
        }

        return variables;
    }

    private static bool AddCredential(Dictionary<string, string> variables, RegistryCredential credential)
    {
        switch (credential)
        {
            // The host hands over the one of several that the registry took, but for registries read by a plugin's client. Trivy tries the parts of both
            // lists together, in their order.
            case RegistryCredential.UsernamePassword first when Logins(first) is { Count: > 1 } logins:
                variables[TrivyVariables.Username] = string.Join(',', logins.Select(login => login.Username));
                variables[TrivyVariables.Password] = string.Join(',', logins.Select(login => login.Password));
                return true;
            case RegistryCredential.UsernamePassword(var username, var password) when IsPlain(username) && IsPlain(password):
                variables[TrivyVariables.Username] = username;
                variables[TrivyVariables.Password] = password;
                return true;
            case RegistryCredential.RegistryToken(var token):
                variables[TrivyVariables.RegistryToken] = token;
                return true;
            default:
                return false;
        }
    }

    /// <summary>The credential with its alternatives; none where one of them does not fit into a list.</summary>
    private static List<RegistryCredential.UsernamePassword> Logins(RegistryCredential.UsernamePassword first)
    {
        RegistryCredential[] all = [first, .. first.Alternatives];
        var logins = all.OfType<RegistryCredential.UsernamePassword>().ToList();
        return logins.Count == all.Length && logins.TrueForAll(login => IsPlain(login.Username) && IsPlain(login.Password)) ? logins : [];
    }

    private static bool IsPlain(string text) => text != "" && !text.AsSpan().ContainsAny(NotInVariables);
}
