using System.Net;
using System.Text;
using System.Text.Json;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Network;
using RegistryOperator.Oci.Transport;

namespace RegistryOperator.Oci.Authentication;

/// <summary>
/// Requests a token from a token server, by GET with Basic credentials (<see href="https://distribution.github.io/distribution/spec/auth/token/"/>)
/// or by an OAuth2 POST (<see href="https://distribution.github.io/distribution/spec/auth/oauth/"/>).
/// </summary>
internal sealed class TokenClient(
    ConnectionSource connections,
    RegistryCredential credential,
    string? basic,
    OutboundPolicy? policy,
    Uri registry,
    TimeSpan timeout,
    RegistryErrors errors,
    TimeProvider time)
{
    private const int MaximumBytes = 1024 * 1024;
    private const string ClientId = "registry-operator";

    /// <summary>Fetches a token. It has its own deadline, because several callers may share it.</summary>
    /// <exception cref="RegistryException">No token can be fetched.</exception>
    public async Task<AccessToken> FetchAsync(TokenKey key, Uri realm, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout, time);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        var pool = connections.Enter();
        try
        {
            using var response = await AskAsync(pool, key, realm, ends.Token);
            ContentDecoding.Apply(response);
            // A redirect may have led to another.
            var answered = response.RequestMessage?.RequestUri ?? realm;
            var isTrusted = policy?.TokenServers.Trusts(registry, answered) == true;
            if (!response.IsSuccessStatusCode) throw await errors.FromTokenServerAsync(response, answered, isTrusted, ends.Token);
            return await ReadAsync(response, answered, ends.Token);
        }
        catch (Exception e) when (e is not RegistryException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (errors.FromTokenServerException(e, realm, deadline.IsCancellationRequested ? timeout : null) is not { } error) throw;
            throw error;
        }
        finally
        {
            pool.Leave();
        }
    }

    private async Task<HttpResponseMessage> AskAsync(ConnectionPool pool, TokenKey key, Uri realm, CancellationToken cancellationToken)
    {
        if (credential is RegistryCredential.IdentityToken(var identityToken))
            return await PostAsync(pool, key, realm, [new("grant_type", "refresh_token"), new("refresh_token", identityToken)], cancellationToken);

        var response = await GetAsync(pool, TokenUrl(key, realm), cancellationToken);
        if (response.StatusCode is not (HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed)) return response;
        if (credential is not RegistryCredential.UsernamePassword(var username, var password)) return response;
        // Some token servers support only the OAuth2 form.
        response.Dispose();
        return await PostAsync(pool, key, realm, [new("grant_type", "password"), new("username", username), new("password", password)], cancellationToken);
    }

    /// <summary>Follows redirects: credentials go with them within the token server's origin, and to another token server that may have them.</summary>
    private async Task<HttpResponseMessage> GetAsync(ConnectionPool pool, Uri first, CancellationToken cancellationToken)
    {
        var origin = new RegistryOrigin(first);
        var url = first;
        for (var redirects = 0; ; redirects++)
        {
            var request = new HttpRequestMessage(HttpMethod.Get, url);
            var isTrusted = origin.Owns(url) || (url.Scheme == "https" && policy?.TokenServers.Trusts(registry, url) == true);
            if (basic is not null && isTrusted) request.Headers.TryAddWithoutValidation("Authorization", basic);
            var response = await pool.SendToTokenServerAsync(request, cancellationToken);
            if (!IsFollowed(response) || redirects == Redirects.Maximum) return response;
            using (response) url = Redirects.Next(response, url);
        }
    }

    private static bool IsFollowed(HttpResponseMessage response) =>
        Redirects.IsRedirect(response.StatusCode) && response.Headers.NonValidated.Contains("Location");

    // A form that holds a secret is not sent on by a redirect.
    private static async Task<HttpResponseMessage> PostAsync(
        ConnectionPool pool, TokenKey key, Uri realm, List<KeyValuePair<string, string>> form, CancellationToken cancellationToken)
    {
        form.Add(new("service", key.Service));
        form.Add(new("scope", key.Scope));
        form.Add(new("client_id", ClientId));
        using var request = new HttpRequestMessage(HttpMethod.Post, realm);
        request.Content = new FormUrlEncodedContent(form);
        return await pool.SendToTokenServerAsync(request, cancellationToken);
    }

    private async Task<AccessToken> ReadAsync(HttpResponseMessage response, Uri answered, CancellationToken cancellationToken)
    {
        using var body = await BoundedBody.ReadPooledAsync(response.Content, MaximumBytes, cancellationToken);
        var document = JsonSerializer.Deserialize(body.Span, TokenJsonContext.Default.TokenResponse);
        if (document?.Value is not { } token)
            throw errors.Authentication(RegistryErrorKind.InvalidResponse, answered, $"token server {answered.Host}: the answer holds no token");
        return new AccessToken("Bearer " + token, document.RefreshAt(time.GetUtcNow()));
    }

    // A challenge's scope may contain several, separated by spaces; each is a parameter of its own.
    private static Uri TokenUrl(TokenKey key, Uri realm)
    {
        var url = new StringBuilder(realm.GetLeftPart(UriPartial.Query));
        var separator = realm.Query.Length == 0 ? '?' : '&';
        if (key.Service.Length > 0)
        {
            url.Append(separator).Append("service=").Append(Uri.EscapeDataString(key.Service));
            separator = '&';
        }

        foreach (var scope in key.Scope.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            url.Append(separator).Append("scope=").Append(Uri.EscapeDataString(scope));
            separator = '&';
        }

        return new Uri(url.ToString());
    }
}
