using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Tools;
using RegistryOperator.Plugins.RegistryAuth.Docker;
using RegistryOperator.Plugins.RegistryAuth.Local;
using RegistryOperator.Plugins.RegistryAuth.Secrets;

namespace RegistryOperator.Plugins.RegistryAuth;

/// <summary>
/// The credentials for a repository from the Secrets that its resource names: user names and passwords, and Docker configurations of which the entries
/// are taken that the kubelet would take, in its order (<see href="https://kubernetes.io/docs/concepts/containers/images/#config-json"/>). Where the
/// resource names none, and the host says that they may be used, the logins of the person who runs the command.
/// </summary>
public sealed class SecretAuthenticator : IRegistryAuthenticator
{
    private readonly LocalLogins _local;

    /// <summary>Creates it.</summary>
    /// <param name="tools">Runs credential helpers.</param>
    /// <param name="time">The clock of their deadline.</param>
    public SecretAuthenticator(IToolRunner tools, TimeProvider time)
        : this(tools, time, Environment.GetEnvironmentVariable)
    {
    }

    internal SecretAuthenticator(IToolRunner tools, TimeProvider time, Func<string, string?> variable) =>
        _local = new LocalLogins(new LocalConfigurations(variable), new CredentialHelpers(tools, time));

    /// <inheritdoc/>
    public string Name => "registry-auth";

    /// <inheritdoc/>
    public async ValueTask<RegistryCredential?> GetCredentialAsync(RegistryAuthenticationRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        if (request.Sources.Count > 0) return Find(request);
        return request.AllowsLocalLogins ? await _local.FindAsync(request.Repository, request.Warn, cancellationToken) : null;
    }

    private static RegistryCredential? Find(RegistryAuthenticationRequest request)
    {
        var logins = request.Sources.SelectMany(ReadLogins).ToList();
        var matches = new Keyring<SecretLogin>(logins.Where(login => login.Location is not null).Select(login => (login.Location!, login)))
            // A user name and a password are for any repository: what says for which it is comes first.
            .Lookup(request.Repository).Concat(logins.Where(login => login.Location is null)).ToList();
        if (matches.Count == 0) return request.Sources.All(source => source.IsOptional) ? null : throw NoMatch(request);

        // The kubelet tries one match after the other; an empty entry is skipped, so a less specific one may still give a credential.
        var credentials = matches.Select(login => login.Read()).OfType<RegistryCredential>().Distinct().ToList();
        if (credentials is [var first, .. var others]) return first with { Alternatives = others };
        if (matches.Find(login => login.Store is not null) is { } stored)
        {
            throw stored.Unusable($"its entry '{stored.Location}' is empty, because Docker keeps the password in a credential store: " +
                "create the Secret with 'kubectl create secret docker-registry'");
        }

        return RegistryCredential.Anonymous;
    }

    private static IEnumerable<SecretLogin> ReadLogins(CredentialSource source)
    {
        try
        {
            return new SecretLogins(source).Read();
        }
        catch (CredentialException) when (source.IsOptional)
        {
            return [];
        }
    }

    // Not which registries they have entries for: that is the Secrets' content.
    private static CredentialException NoMatch(RegistryAuthenticationRequest request)
    {
        var named = request.Sources.Where(source => !source.IsOptional).ToList();
        return named is [var only]
            ? new SecretReader(only.Secret).Unusable(SecretLogins.ConfigurationKeyOf(only), $"no entry matches {request.Repository.Name}")
            : new CredentialException(
                $"No entry of the Secrets {string.Join(", ", named.Select(source => source.Secret.Name))} matches {request.Repository.Name}.");
    }
}
