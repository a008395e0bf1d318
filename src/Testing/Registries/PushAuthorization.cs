using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using RegistryOperator.Abstractions.Authentication;

namespace RegistryOperator.Testing.Registries;

/// <summary>
/// Answers a registry's challenge, Basic or Bearer (<see href="https://distribution.github.io/distribution/spec/auth/token/"/>). For test
/// registries only: it follows any realm the registry names.
/// </summary>
internal sealed partial class PushAuthorization(HttpClient http, RegistryCredential credential)
{
    private readonly ConcurrentDictionary<string, AuthenticationHeaderValue> _byRepository = new(StringComparer.Ordinal);

    /// <summary>What the last challenge was answered with.</summary>
    public AuthenticationHeaderValue? Current(string repository) => _byRepository.GetValueOrDefault(repository);

    public async Task<AuthenticationHeaderValue> AnswerAsync(
        string repository, IEnumerable<AuthenticationHeaderValue> challenges, CancellationToken cancellationToken)
    {
        var challenge = challenges.FirstOrDefault() ?? throw new HttpRequestException("The registry answered 401 without a challenge.");
        var answer = (challenge.Scheme.ToUpperInvariant(), credential) switch
        {
            ("BEARER", RegistryCredential.RegistryToken token) => new AuthenticationHeaderValue("Bearer", token.Token),
            ("BEARER", _) => await RequestTokenAsync(repository, challenge.Parameter ?? "", cancellationToken),
            ("BASIC", RegistryCredential.UsernamePassword user) => Basic(user),
            _ => throw new HttpRequestException($"The registry wants {challenge.Scheme} authentication, the credential is: {credential}."),
        };
        return _byRepository[repository] = answer;
    }

    private async Task<AuthenticationHeaderValue> RequestTokenAsync(string repository, string challenge, CancellationToken cancellationToken)
    {
        var parameters = ParameterPattern().Matches(challenge).ToDictionary(
            match => match.Groups["name"].Value, match => match.Groups["value"].Value, StringComparer.Ordinal);
        if (!parameters.TryGetValue("realm", out var realm)) throw new HttpRequestException("The registry's challenge names no realm.");
        var scope = $"repository:{repository}:pull,push,delete";
        var service = parameters.GetValueOrDefault("service", "");
        var url = new UriBuilder(realm) { Query = $"service={Uri.EscapeDataString(service)}&scope={Uri.EscapeDataString(scope)}" }.Uri;
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        if (credential is RegistryCredential.UsernamePassword user) request.Headers.Authorization = Basic(user);
        using var answer = await http.SendAsync(request, cancellationToken);
        answer.EnsureSuccessStatusCode();
        using var document = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(cancellationToken));
        var token = document.RootElement.TryGetProperty("token", out var value) ? value : document.RootElement.GetProperty("access_token");
        return new AuthenticationHeaderValue("Bearer", token.GetString());
    }

    private static AuthenticationHeaderValue Basic(RegistryCredential.UsernamePassword user) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user.Username}:{user.Password}")));

    [GeneratedRegex("(?<name>[a-z]+)=\"(?<value>[^\"]*)\"", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex ParameterPattern();
}
