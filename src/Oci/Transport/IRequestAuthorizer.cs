using System.Net.Http.Headers;
using RegistryOperator.Abstractions.Registries;

namespace RegistryOperator.Oci.Transport;

/// <summary>What one request is sent with.</summary>
/// <param name="Header">The <c>Authorization</c> header; null for none.</param>
/// <param name="Credential">Which of the client's credentials it was made of.</param>
internal sealed record RequestAuthorization(string? Header, int Credential)
{
    /// <summary>True where it answers a challenge of this request: refused once more, the same would not help.</summary>
    public bool IsAnswer { get; init; }

    /// <summary>What failed before this was tried, which tells more than that the registry refuses this, too; null for nothing.</summary>
    public RegistryException? Failure { get; init; }
}

/// <summary>Finds the <c>Authorization</c> header of one client's requests: the transport sends it and does not know how it is made.</summary>
internal interface IRequestAuthorizer
{
    /// <summary>How many credentials may be tried; one where there is none at all.</summary>
    int Credentials { get; }

    /// <summary>Which of them the next request begins with.</summary>
    int Current { get; }

    /// <summary>The header to send before any challenge.</summary>
    ValueTask<RequestAuthorization> GetAsync(CancellationToken cancellationToken);

    /// <summary>The header that answers a 401, or null where there is nothing left to try.</summary>
    /// <param name="headers">The headers of the 401, with its challenges.</param>
    /// <param name="refused">What was sent and refused.</param>
    /// <param name="cancellationToken">Ends the wait for a token.</param>
    /// <exception cref="RegistryException">No token can be fetched, or the challenge can't be trusted.</exception>
    ValueTask<RequestAuthorization?> AnswerAsync(HttpHeadersNonValidated headers, RequestAuthorization refused, CancellationToken cancellationToken);

    /// <summary>The header for the target of a redirect, where it has challenged before; null for none. It holds nothing of the client's credentials.</summary>
    string? FindElsewhere(Uri target);

    /// <summary>Answers a challenge of a redirect's target, without credentials; false where that is not possible.</summary>
    /// <param name="target">The target.</param>
    /// <param name="headers">The headers of its 401.</param>
    /// <param name="sent">What was sent and refused; null for nothing.</param>
    /// <param name="cancellationToken">Ends the wait for a token.</param>
    /// <exception cref="RegistryException">No token can be fetched.</exception>
    ValueTask<bool> AnswerElsewhereAsync(Uri target, HttpHeadersNonValidated headers, string? sent, CancellationToken cancellationToken);

    /// <summary>Notes that the registry takes this, so that later requests begin with it.</summary>
    void Accept(RequestAuthorization authorization);

    /// <summary>Turns to the credential after the one that was refused, unless another request has done so.</summary>
    void Leave(int credential);
}
