using System.Net.Http.Headers;
using RegistryOperator.Abstractions.Registries;

namespace RegistryOperator.Oci.Transport;

/// <summary>Finds the <c>Authorization</c> header of one client's requests: the transport sends it and does not know how it is made.</summary>
internal interface IRequestAuthorizer
{
    /// <summary>The header to send before any challenge; null for none.</summary>
    ValueTask<string?> GetAsync(CancellationToken cancellationToken);

    /// <summary>The header that answers a 401, or null where there is nothing left to try.</summary>
    /// <param name="headers">The headers of the 401, with its challenges.</param>
    /// <param name="refused">The header that was sent and refused; null where none was sent.</param>
    /// <param name="cancellationToken">Ends the wait for a token.</param>
    /// <exception cref="RegistryException">No token can be fetched, or the challenge can't be trusted.</exception>
    ValueTask<string?> AnswerAsync(HttpHeadersNonValidated headers, string? refused, CancellationToken cancellationToken);
}
