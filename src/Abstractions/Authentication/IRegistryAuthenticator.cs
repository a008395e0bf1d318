using RegistryOperator.Abstractions.Registries;

namespace RegistryOperator.Abstractions.Authentication;

/// <summary>
/// Finds the credential for a repository, from the Secret that a resource names and from the ambient identity of the process. The host asks
/// its authenticators in order until one answers; with none, access is anonymous.
/// </summary>
public interface IRegistryAuthenticator
{
    /// <summary>A unique name, e.g. <c>registry-auth</c>. A later plugin with the same name replaces an earlier one.</summary>
    string Name { get; }

    /// <summary>The credential for the repository, or null where this authenticator has none.</summary>
    /// <exception cref="CredentialException">The Secret is unusable; the message says what is wrong with it and what to do.</exception>
    ValueTask<RegistryCredential?> GetCredentialAsync(RegistryAuthenticationRequest request, CancellationToken cancellationToken);
}

/// <summary>The input of an authenticator.</summary>
public sealed record RegistryAuthenticationRequest
{
    /// <summary>The repository to be read.</summary>
    public required RepositoryReference Repository { get; init; }

    /// <summary>The Secret that the resource names, the first of several, or null where it names none.</summary>
    public CredentialSecret? Secret { get; init; }

    /// <summary>The key of the user name in an opaque Secret.</summary>
    public string UsernameKey { get; init; } = "username";

    /// <summary>The key of the password in an opaque Secret.</summary>
    public string PasswordKey { get; init; } = "password";

    /// <summary>
    /// All Secrets to look into, in the resource's order: those that it names, then those that its service account pulls images with. Where only
    /// <see cref="Secret"/> is given, that one.
    /// </summary>
    public IReadOnlyList<CredentialSource> Sources
    {
        get => field is { Count: > 0 } || Secret is null
            ? field
            : [new CredentialSource { Secret = Secret, UsernameKey = UsernameKey, PasswordKey = PasswordKey }];
        init;
    } = [];

    /// <summary>
    /// True where the logins of the person who runs the command may be used for what no Secret is named for (<c>~/.docker/config.json</c>). False in an
    /// operator: whoever may write a resource would have them sent to a host of his choice.
    /// </summary>
    public bool AllowsLocalLogins { get; init; }

    /// <summary>
    /// Takes a sentence for that person: what keeps a login of his from being used, and what to do. Null where nobody is told. It may be called from several
    /// threads, and again with the same sentence, which is shown once.
    /// </summary>
    public Action<string>? Warn { get; init; }
}

/// <summary>A Secret in which to look for credentials.</summary>
public sealed record CredentialSource
{
    /// <summary>The Secret.</summary>
    public required CredentialSecret Secret { get; init; }

    /// <summary>The key of the user name in an opaque Secret.</summary>
    public string UsernameKey { get; init; } = "username";

    /// <summary>The key of the password in an opaque Secret.</summary>
    public string PasswordKey { get; init; } = "password";

    /// <summary>True for a Secret that the resource does not name itself: that it has nothing for the repository, or is of no use, is no error.</summary>
    public bool IsOptional { get; init; }
}

/// <summary>A Kubernetes Secret, decoded. <see cref="ToString"/> names it without its content.</summary>
public sealed record CredentialSecret
{
    /// <summary>Namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>Name.</summary>
    public required string Name { get; init; }

    /// <summary>Type, e.g. <c>Opaque</c> or <c>kubernetes.io/dockerconfigjson</c>.</summary>
    public string Type { get; init; } = "Opaque";

    /// <summary>Its labels.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Decoded values by key.</summary>
    public required IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Data { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"Secret {Namespace}/{Name} ({Type})";
}

/// <summary>A Secret can't be used. The message is for the user and contains no secret.</summary>
public sealed class CredentialException(string message, Exception? innerException = null) : Exception(message, innerException);
