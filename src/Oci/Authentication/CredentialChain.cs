using System.Text;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Shared;

namespace RegistryOperator.Oci.Authentication;

/// <summary>One of the credentials of a client.</summary>
/// <param name="Credential">The credential.</param>
/// <param name="Identity">Its identity, which is no secret.</param>
internal sealed record ChainedCredential(RegistryCredential Credential, string Identity)
{
    /// <summary>As a header for Basic authentication; null where it is not for that.</summary>
    public string? Basic { get; } = Credential is RegistryCredential.UsernamePassword(var username, var password)
        ? "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{username}:{password}"))
        : null;

    /// <summary>As a header that needs no challenge; null where it is none.</summary>
    public string? Direct { get; } = Credential is RegistryCredential.RegistryToken(var token) ? "Bearer " + token.Trim() : null;

    public override string ToString() => Credential.ToString();
}

/// <summary>The credentials of one client in the order in which they are tried, and which of them the registry took last.</summary>
internal sealed class CredentialChain
{
    private readonly ChainedCredential[] _all;
    private readonly AcceptedCredentials? _accepted;
    private readonly string _key;
    private int _current;

    /// <param name="credential">The first, with its alternatives.</param>
    /// <param name="identities">Names them.</param>
    /// <param name="accepted">Where it is kept which of several was taken; null for nowhere.</param>
    /// <param name="repository">The repository that they are for, with its registry.</param>
    public CredentialChain(RegistryCredential credential, CredentialIdentity identities, AcceptedCredentials? accepted = null, string repository = "")
    {
        RegistryCredential[] all = [credential, .. credential.Alternatives];
        _all = [.. all.Select(one => one with { Alternatives = [] }).Distinct().Select(one => new ChainedCredential(one, identities.Of(one)))];
        _accepted = _all.Length > 1 ? accepted : null;
        _key = $"{repository} {identities.Of(credential)}";
        _current = Math.Min(_accepted?.Find(_key) ?? 0, _all.Length - 1);
    }

    public int Count => _all.Length;

    public int Current => Volatile.Read(ref _current);

    public ChainedCredential this[int index] => _all[index];

    public void Leave(int index) => Interlocked.CompareExchange(ref _current, (index + 1) % _all.Length, index);

    public void Accept(int index) => _accepted?.Keep(_key, index);
}

/// <summary>
/// Which of several credentials a repository took, so that the next client does not begin with one that was refused: registries lock users out who are
/// refused again and again.
/// </summary>
internal sealed class AcceptedCredentials
{
    private const int MaximumRepositories = 10_000;
    private readonly BoundedCache<string, object> _indexes = new(MaximumRepositories, comparer: StringComparer.Ordinal);

    public int? Find(string key) => _indexes.Find(key) as int?;

    public void Keep(string key, int index)
    {
        if (Find(key) != index) _indexes.Set(key, index);
    }
}
