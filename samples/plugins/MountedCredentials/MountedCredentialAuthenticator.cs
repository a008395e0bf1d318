using RegistryOperator.Abstractions.Authentication;

namespace MountedCredentials;

/// <summary>Credentials that something else puts into files, such as the driver of a vault. They are read anew each time: they may be rotated.</summary>
public sealed class MountedCredentialAuthenticator(string folder) : IRegistryAuthenticator
{
    public string Name => "mounted-credentials";

    public async ValueTask<RegistryCredential?> GetCredentialAsync(RegistryAuthenticationRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        // A resource that names a Secret means that one.
        if (request.Secret is not null) return null;
        // Some registries are none of a host's, such as oci-layout:///folder.
        if (request.Repository.Registry.Host is not { Length: > 0 } host) return null;
        var files = Path.Combine(folder, host);
        if (!Directory.Exists(files)) return null;
        return new RegistryCredential.UsernamePassword(
            await ReadAsync(Path.Combine(files, "username"), cancellationToken), await ReadAsync(Path.Combine(files, "password"), cancellationToken));
    }

    private static async Task<string> ReadAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            return (await File.ReadAllTextAsync(file, cancellationToken)).TrimEnd('\r', '\n');
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CredentialException($"{file} can't be read: mount the registry's credential there, or remove the folder. {failure.Message}", failure);
        }
    }
}
