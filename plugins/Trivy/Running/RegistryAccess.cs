using System.Buffers;
using System.Text;
using System.Text.Json;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Tools;

namespace RegistryOperator.Plugins.Trivy.Running;

/// <summary>
/// Hands a scan's credential and TLS settings to Trivy, in its environment or in files of the run's private folder. A Docker configuration is always
/// among them, if an empty one, so that Trivy takes no other login it finds on the machine.
/// </summary>
internal static class RegistryAccess
{
    private const string DockerConfigFile = "config.json";
    private const string AuthorityFile = "certificate-authorities.pem";

    // Trivy takes its variables as lists: it splits them at commas and white space, and trims what it finds.
    private static readonly SearchValues<char> NotInVariables = SearchValues.Create(", \t\r\n\"'\\");

    /// <summary>Writes the files.</summary>
    /// <returns>The variables.</returns>
    public static async Task<IReadOnlyDictionary<string, string>> PrepareAsync(ImageScanRequest request, IToolFolder folder, CancellationToken cancellationToken)
    {
        var registry = request.Repository.Registry;
        if (registry.Scheme is not ("http" or "https"))
        {
            // A reason that speaks of the image: Trivy is well, and must not be left alone for what it can't read.
            throw new ScanException(
                ScanReasons.UnsupportedManifest,
                $"Trivy opens its own connection and reads http:// and https:// registries only, not {registry.Scheme}://: push the image to a registry to have it scanned.");
        }

        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { [TrivyVariables.DockerConfig] = folder.Path };
        var entry = UseVariables(request.Credential, environment) ? [] : CreateEntry(request.Credential);
        await folder.WriteFileAsync(DockerConfigFile, WriteDockerConfig(registry.Authority, entry), cancellationToken);
        // Both are always said: the operator's own, perhaps meant for a mirror of the databases, must not count for every registry.
        environment[TrivyVariables.Insecure] = request.Security.InsecureSkipVerify ? TrivyVariables.True : TrivyVariables.False;
        environment[TrivyVariables.NonSsl] = registry.Scheme == "http" ? TrivyVariables.True : TrivyVariables.NotNonSsl;
        if (request.Security.CertificateAuthorities is { } authorities)
            environment[TrivyVariables.CertificateAuthority] = await folder.WriteFileAsync(AuthorityFile, Encoding.UTF8.GetBytes(authorities), cancellationToken);
        return environment;
    }

    private static bool UseVariables(RegistryCredential credential, Dictionary<string, string> environment)
    {
        switch (credential)
        {
            case RegistryCredential.UsernamePassword(var username, var password) when IsPlain(username) && IsPlain(password):
                environment[TrivyVariables.Username] = username;
                environment[TrivyVariables.Password] = password;
                return true;
            case RegistryCredential.RegistryToken(var token):
                environment[TrivyVariables.RegistryToken] = token;
                return true;
            default:
                return false;
        }
    }

    private static bool IsPlain(string text) => text != "" && !text.AsSpan().ContainsAny(NotInVariables);

    private static (string Name, string Value)[] CreateEntry(RegistryCredential credential) => credential switch
    {
        RegistryCredential.UsernamePassword(var username, var password) => [("auth", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{username}:{password}")))],
        RegistryCredential.IdentityToken(var token) => [("identitytoken", token)],
        _ => [],
    };

    private static ReadOnlyMemory<byte> WriteDockerConfig(string host, (string Name, string Value)[] entry)
    {
        var content = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(content))
        {
            json.WriteStartObject();
            json.WriteStartObject("auths");
            if (entry.Length > 0)
            {
                json.WriteStartObject(host);
                foreach (var (name, value) in entry) json.WriteString(name, value);
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return content.WrittenMemory;
    }
}
