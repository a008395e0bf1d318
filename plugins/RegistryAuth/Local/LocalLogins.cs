using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Images;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Plugins.RegistryAuth.Docker;

namespace RegistryOperator.Plugins.RegistryAuth.Local;

/// <summary>
/// The logins of the person who runs the command: what <c>docker login</c> and <c>podman login</c> left, in files or in a credential store.
/// </summary>
internal sealed class LocalLogins(LocalConfigurations files, CredentialHelpers helpers)
{
    /// <summary>The credentials for a repository; null for none.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="warn">Told, where there is none, what may be the cause: a file, or a store, that is named and is not there. Null for nobody.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="CredentialException">A file can't be read, or a helper fails.</exception>
    public async Task<RegistryCredential?> FindAsync(RepositoryReference repository, Action<string>? warn, CancellationToken cancellationToken)
    {
        if (repository.Registry.Host.Length == 0) return null;
        var missing = files.Missing().ToList();
        foreach (var file in files.Read())
        {
            List<RegistryCredential> found = [];
            if (HelperOf(file, repository, missing) is { } helper
                && await helpers.GetAsync(helper, ServerOf(repository), file.Path, cancellationToken) is { } kept)
            {
                found.Add(kept);
            }

            var keyring = new Keyring<DockerConfigurationEntry>(file.Configuration.Entries.Select(entry => (entry.Location, entry)));
            found.AddRange(keyring.Lookup(repository).Select(entry => entry.ReadCredential(file.Unusable)).OfType<RegistryCredential>());
            if (found.Distinct().ToList() is [var first, .. var others]) return first with { Alternatives = others };
        }

        if (warn is not null) missing.ForEach(warn);
        return null;
    }

    // The registry's own helper comes before the store for all, as in Docker. A store that is not on this machine has no login for what may be public.
    private string? HelperOf(LocalConfiguration file, RepositoryReference repository, List<string> missing)
    {
        var keyring = new Keyring<string>(file.Configuration.Helpers.Select(helper => (helper.Key, helper.Value)));
        if (keyring.Lookup(repository) is [var own, ..]) return own;
        if (file.Configuration.Store is not { } store || helpers.Has(store)) return file.Configuration.Store;
        missing.Add($"{file.Path}: the logins are in the store '{store}' (credsStore), whose program {CredentialHelpers.Prefix}{store} is not on the PATH; "
            + "none of it is used. Install it, or log in without it.");
        return null;
    }

    // Docker keeps the login of Docker Hub under the URL that it once had.
    private static string ServerOf(RepositoryReference repository) =>
        DockerHub.IsHost(repository.Registry.Host) ? $"https://{DockerHub.LoginHost}/v1/" : repository.Registry.Authority;
}
