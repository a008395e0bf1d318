using System.Buffers;
using System.Text;
using System.Text.Json;
using RegistryOperator.Abstractions.Authentication;

namespace RegistryOperator.Plugins.Trivy.Runs;

/// <summary>A Docker client's configuration with the login of one registry, for credentials that no variable can hold.</summary>
internal static class DockerConfiguration
{
    /// <summary>The file's name, in the folder that <c>DOCKER_CONFIG</c> names.</summary>
    public const string FileName = "config.json";

    /// <summary>Writes it; without a login where the credential needs none.</summary>
    public static ReadOnlyMemory<byte> Write(string host, RegistryCredential credential)
    {
        var content = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(content))
        {
            json.WriteStartObject();
            json.WriteStartObject("auths");
            if (EntryOf(credential) is var (name, value))
            {
                json.WriteStartObject(host);
                json.WriteString(name, value);
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return content.WrittenMemory;
    }

    private static (string Name, string Value)? EntryOf(RegistryCredential credential) => credential switch
    {
        RegistryCredential.UsernamePassword(var username, var password) => ("auth", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{username}:{password}"))),
        RegistryCredential.IdentityToken(var token) => ("identitytoken", token),
        _ => null,
    };
}
