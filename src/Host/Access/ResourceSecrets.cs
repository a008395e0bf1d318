using System.Collections.Concurrent;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Secrets;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Validation;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Access;

/// <summary>The Secrets that a resource names, of its own namespace. Created for each round, in which each Secret is read once.</summary>
internal sealed class ResourceSecrets(RegistryResource resource, ISecretSource source, SecretRules rules)
{
    /// <summary>Bytes of one key. A whole Secret has 1 MiB at most in a cluster, and as many bytes as one likes in a file.</summary>
    public const int LargestValue = 256 * 1024;

    private static readonly string[] PullTypes = ["kubernetes.io/dockerconfigjson", "kubernetes.io/dockercfg"];

    private readonly SingleFlight<string, CredentialSecret?> _reads = new();

    /// <summary>Reads that have ended, failed ones too: whoever names the Secret next would only be told the same.</summary>
    private readonly ConcurrentDictionary<string, Task<CredentialSecret?>> _ended = new(StringComparer.Ordinal);

    private readonly Dictionary<SecretKeyReference, ReadOnlyMemory<byte>> _values = [];
    private readonly Lock _gate = new();
    private RegistryCredential _credential = RegistryCredential.Anonymous;

    /// <summary>Of what was read so far; null where more was read since.</summary>
    private SecretMask? _mask;

    /// <summary>The resource's namespace.</summary>
    public string Namespace => resource.Metadata.Namespace ?? RegistryGroup.DefaultNamespace;

    /// <summary>A Secret.</summary>
    /// <param name="field">Where the resource names it, for errors.</param>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="RoundFailedException">It is missing, may not be read, or is not meant for this use.</exception>
    public Task<CredentialSecret> GetAsync(string field, string name, CancellationToken cancellationToken) =>
        GetAsync(field, name, isForTls: false, cancellationToken);

    /// <summary>A Secret for TLS, which may be of type <c>kubernetes.io/tls</c>.</summary>
    /// <inheritdoc cref="GetAsync(string, string, CancellationToken)"/>
    public Task<CredentialSecret> GetForTlsAsync(string field, string name, CancellationToken cancellationToken) =>
        GetAsync(field, name, isForTls: true, cancellationToken);

    /// <summary>
    /// The Secrets with which a ServiceAccount's pods pull images, as the kubelet takes them: of other types are none of these, and those that can't be
    /// read are left out where there are others.
    /// </summary>
    /// <exception cref="RoundFailedException">There is no such ServiceAccount, it may not be read, or none of its Secrets can be used.</exception>
    public async Task<IReadOnlyList<CredentialSecret>> GetPullSecretsAsync(string field, string serviceAccount, CancellationToken cancellationToken)
    {
        var found = new List<CredentialSecret>();
        RoundFailedException? problem = null;
        foreach (var name in await ReadPullSecretsAsync(field, serviceAccount, cancellationToken))
        {
            try
            {
                var secret = await GetAsync(field, name, cancellationToken);
                if (PullTypes.Contains(secret.Type, StringComparer.Ordinal)) found.Add(secret);
            }
            catch (RoundFailedException failure)
            {
                problem ??= failure;
            }
        }

        return found.Count > 0 || problem is null ? found : throw problem;
    }

    private async Task<IEnumerable<string>> ReadPullSecretsAsync(string field, string serviceAccount, CancellationToken cancellationToken)
    {
        try
        {
            var names = await source.GetPullSecretsAsync(Namespace, serviceAccount, cancellationToken)
                ?? throw NotFound($"{field}: ServiceAccount '{serviceAccount}' does not exist in namespace '{Namespace}'. {MissingAdvice}");
            return names.Where(name => SecretNames.ProblemOfName(name) is null).Distinct(StringComparer.Ordinal).Take(RegistryLimits.MaxCredentialsSecrets);
        }
        catch (SecretForbiddenException)
        {
            throw Invalid(
                $"{field}: the operator may not read ServiceAccount '{serviceAccount}' in namespace '{Namespace}'. "
                + "Give its own the right to get serviceaccounts there, as deploy/examples/secrets-of-a-namespace.yaml does.");
        }
    }

    private async Task<CredentialSecret> GetAsync(string field, string name, bool isForTls, CancellationToken cancellationToken)
    {
        try
        {
            var secret = await (_ended.GetValueOrDefault(name) ?? _reads.RunAsync(name, ends => ReadAsync(name, ends), cancellationToken))
                ?? throw NotFound($"{field}: Secret '{name}' does not exist in namespace '{Namespace}'. {MissingAdvice}");
            return rules.ProblemOf(secret, isForTls) is { } problem ? throw Invalid($"{field}: {problem}") : secret;
        }
        catch (SecretForbiddenException)
        {
            throw Invalid(
                $"{field}: the operator may not read Secret '{name}' in namespace '{Namespace}'. "
                + "Give its ServiceAccount the right to get Secrets there, as deploy/examples/secrets-of-a-namespace.yaml does.");
        }
    }

    /// <summary>The content of a key.</summary>
    /// <exception cref="RoundFailedException">The Secret or the key is missing, can't be read, or is too large.</exception>
    public Task<ReadOnlyMemory<byte>> GetValueAsync(string field, SecretKeyReference reference, CancellationToken cancellationToken) =>
        GetValueAsync(field, reference, isForTls: false, cancellationToken);

    /// <summary>The content of a key of a Secret with a certificate and its key.</summary>
    /// <inheritdoc cref="GetValueAsync(string, SecretKeyReference, CancellationToken)"/>
    public Task<ReadOnlyMemory<byte>> GetValueForTlsAsync(string field, SecretKeyReference reference, CancellationToken cancellationToken) =>
        GetValueAsync(field, reference, isForTls: true, cancellationToken);

    private async Task<ReadOnlyMemory<byte>> GetValueAsync(
        string field, SecretKeyReference reference, bool isForTls, CancellationToken cancellationToken)
    {
        var named = $"Secret '{reference.Name}' of namespace '{Namespace}'";
        CredentialSecret secret;
        try
        {
            secret = await GetAsync(field, reference.Name, isForTls, cancellationToken);
        }
        catch (Exception fault) when (fault is not RoundFailedException && !cancellationToken.IsCancellationRequested)
        {
            // Without its message, which may quote what was read.
            throw Invalid($"{field}: {named} could not be read ({fault.GetType().Name}). It is tried again with the next scan.");
        }

        if (!secret.Data.TryGetValue(reference.Key, out var value))
            throw NotFound($"{field}: {named} has no key '{reference.Key}'.");
        if (value.Length > LargestValue)
            throw Invalid($"{field}: key '{reference.Key}' of {named} has {value.Length} bytes; at most {LargestValue} are allowed.");
        lock (_gate)
        {
            if (!_values.TryGetValue(reference, out var known) || !known.Equals(value)) (_values[reference], _mask) = (value, null);
        }

        return value;
    }

    /// <summary>Notes the credential that was made of them.</summary>
    public void Note(RegistryCredential credential)
    {
        lock (_gate) (_credential, _mask) = (credential, null);
    }

    /// <summary>
    /// Masks what was read of the resource's Secrets in a text: a registry may repeat what it was sent. Those of other resources are not masked: who writes
    /// a guess into his resource would see in the status whether it is somebody's secret.
    /// </summary>
    public string Conceal(string text) => CreateMask().Conceal(text);

    /// <summary>The mask of what was read so far.</summary>
    public SecretMask CreateMask()
    {
        lock (_gate) return _mask ??= SecretMask.Of(_credential.CreateMask(), new ScanSecrets(_values).CreateMask());
    }

    /// <summary>True where an exception says anywhere what the Secrets hold.</summary>
    public bool Quotes(Exception exception) => CreateMask().IsIn(exception.ToString());

    private async Task<CredentialSecret?> ReadAsync(string name, CancellationToken cancellationToken)
    {
        if (_ended.TryGetValue(name, out var ended)) return await ended;
        var read = source.GetSecretAsync(Namespace, name, cancellationToken);
        try
        {
            return await read;
        }
        finally
        {
            if (!cancellationToken.IsCancellationRequested) _ended[name] = read;
        }
    }

    private string MissingAdvice => source.MissingAdvice is { Length: > 0 } advice ? advice : "Create it or correct the name.";

    private static RoundFailedException NotFound(string message) =>
        new(new RoundFailure(RoundFailure.InvalidSecret, message) { Cause = RoundFailure.SecretNotFound });

    private static RoundFailedException Invalid(string message) => new(new RoundFailure(RoundFailure.InvalidSecret, message));
}
