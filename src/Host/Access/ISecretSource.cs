using RegistryOperator.Abstractions.Authentication;

namespace RegistryOperator.Host.Access;

/// <summary>Where the Secrets that resources name are read: the cluster, or the files given.</summary>
internal interface ISecretSource
{
    /// <summary>The Secret; null where no Secret has this name.</summary>
    /// <exception cref="SecretForbiddenException">The operator may not read it.</exception>
    Task<CredentialSecret?> GetSecretAsync(string @namespace, string name, CancellationToken cancellationToken);
}

/// <summary>The operator lacks the right to read a Secret.</summary>
internal sealed class SecretForbiddenException(string message, Exception? innerException = null) : Exception(message, innerException);
