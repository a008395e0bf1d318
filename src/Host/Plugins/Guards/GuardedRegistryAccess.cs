using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Registries;

namespace RegistryOperator.Host.Plugins.Guards;

/// <summary>
/// The guard of an <see cref="IRegistryAuthenticator"/>: anything it throws becomes a <see cref="CredentialException"/>, without the message,
/// which may quote a Secret.
/// </summary>
internal sealed class GuardedAuthenticator(IRegistryAuthenticator authenticator) : IRegistryAuthenticator
{
    /// <summary>The plugin's own type.</summary>
    public Type Implementation { get; } = authenticator.GetType();

    /// <inheritdoc/>
    public string Name { get; } = authenticator.Name;

    /// <inheritdoc/>
    public async ValueTask<RegistryCredential?> GetCredentialAsync(RegistryAuthenticationRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await PluginCall.RunAsync(() => authenticator.GetCredentialAsync(request, cancellationToken).AsTask(), cancellationToken);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception exception) when (exception is not CredentialException)
        {
            throw new CredentialException($"Authenticator '{Name}' failed ({exception.GetType().Name}): look at its plugin's documentation.");
        }
    }
}

/// <summary>The guard of an <see cref="IRegistryClientProvider"/>. What its clients read is verified.</summary>
internal sealed class GuardedRegistryClientProvider(IRegistryClientProvider provider) : IRegistryClientProvider
{
    /// <summary>The plugin's own type.</summary>
    public Type Implementation { get; } = provider.GetType();

    /// <inheritdoc/>
    public string Name { get; } = provider.Name;

    /// <inheritdoc/>
    public bool CanServe(Uri registry)
    {
        try
        {
            return provider.CanServe(registry);
        }
        catch (Exception)
        {
            // A provider that throws for a URL does not serve it; another one may.
            return false;
        }
    }

    /// <inheritdoc/>
    public IRegistryClient CreateClient(RegistryClientRequest request)
    {
        try
        {
            var client = provider.CreateClient(request)
                ?? throw new RegistryException(RegistryErrorKind.Other, $"Registry client provider '{Name}' made no client.");
            return new GuardedRegistryClient(client);
        }
        catch (Exception exception) when (exception is not RegistryException)
        {
            // The message is left out: it may quote the request's credential.
            throw new RegistryException(RegistryErrorKind.Other, $"Registry client provider '{Name}' failed to make a client ({exception.GetType().Name}).");
        }
    }
}
