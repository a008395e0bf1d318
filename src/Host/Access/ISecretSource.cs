using RegistryOperator.Abstractions.Authentication;

namespace RegistryOperator.Host.Access;

/// <summary>Where the Secrets that resources name are read: the cluster, or the files given.</summary>
internal interface ISecretSource
{
    /// <summary>What to do where a Secret or a ServiceAccount is missing, in a sentence; null for what one does in a cluster.</summary>
    string? MissingAdvice => null;

    /// <summary>The Secret; null where no Secret has this name.</summary>
    /// <exception cref="SecretForbiddenException">The operator may not read it.</exception>
    Task<CredentialSecret?> GetSecretAsync(string @namespace, string name, CancellationToken cancellationToken);

    /// <summary>The names of the Secrets with which a ServiceAccount's pods pull images; null where no ServiceAccount has this name.</summary>
    /// <exception cref="SecretForbiddenException">The operator may not read it.</exception>
    Task<IReadOnlyList<string>?> GetPullSecretsAsync(string @namespace, string serviceAccount, CancellationToken cancellationToken);
}

/// <summary>The operator lacks the right to read a Secret, or a ServiceAccount.</summary>
internal sealed class SecretForbiddenException(string message, Exception? innerException = null) : Exception(message, innerException);
