using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using RegistryOperator.Abstractions.Authentication;

namespace RegistryOperator.Tests.Servers.Registries;

/// <summary>How a <see cref="TokenServer"/> behaves.</summary>
public sealed record TokenServerOptions
{
    /// <summary>Users and their passwords. Each may do whatever is asked for.</summary>
    public IReadOnlyDictionary<string, string> Users { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>True gives tokens to pull to those who say nothing about themselves.</summary>
    public bool AnonymousPull { get; init; }

    /// <summary>How long a token is good for. docker-registry itself allows a minute of leeway beyond it.</summary>
    public TimeSpan TokenLifetime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The clock that tokens are dated by.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>One request for a token.</summary>
/// <param name="Method">GET for Docker's way, POST for OAuth2.</param>
/// <param name="Service">The service asked for.</param>
/// <param name="Scopes">The scopes asked for.</param>
/// <param name="User">Who asked; null for anonymous.</param>
/// <param name="GrantType">OAuth2's grant type; null for GET.</param>
/// <param name="Status">The HTTP status of the answer.</param>
public sealed record TokenRequest(string Method, string Service, IReadOnlyList<string> Scopes, string? User, string? GrantType, int Status);

/// <summary>
/// A token server for <see cref="DockerRegistry"/>, in the test's process
/// (<see href="https://distribution.github.io/distribution/spec/auth/token/"/>, <see href="https://distribution.github.io/distribution/spec/auth/oauth/"/>).
/// </summary>
public sealed class TokenServer : IAsyncDisposable
{
    internal const string Service = "test-registry";
    internal const string Issuer = "test-issuer";

    private readonly WebApplication _application;
    private readonly TokenServerOptions _options;
    private readonly TokenSigner _signer;
    private readonly ConcurrentDictionary<string, string> _refreshTokens = new(StringComparer.Ordinal);
    private ImmutableList<TokenRequest> _requests = [];

    private TokenServer(WebApplication application, TokenServerOptions options)
    {
        _application = application;
        _options = options;
        _signer = new TokenSigner(Issuer, options.TokenLifetime, options.Time);
        application.Run(AnswerAsync);
    }

    /// <summary>The URL that the registry's challenge names.</summary>
    public Uri Realm { get; private set; } = null!;

    /// <summary>The certificate that tokens are signed with, PEM.</summary>
    public string CertificatePem => _signer.CertificatePem;

    /// <summary>What it was asked, in order.</summary>
    public IReadOnlyList<TokenRequest> Requests => _requests;

    internal RegistryCredential AnyUser =>
        _options.Users
            .Select(user => (RegistryCredential)new RegistryCredential.UsernamePassword(user.Key, user.Value))
            .FirstOrDefault(RegistryCredential.Anonymous);

    /// <summary>Starts the server on a free port of 127.0.0.1.</summary>
    public static async Task<TokenServer> StartAsync(TokenServerOptions options, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var server = new TokenServer(builder.Build(), options);
        await server._application.StartAsync(cancellationToken);
        server.Realm = new Uri(new Uri(server._application.Urls.Single()), "/token");
        return server;
    }

    /// <summary>A refresh token for a user: Docker's <c>identitytoken</c>.</summary>
    public string CreateRefreshToken(string user)
    {
        var token = Guid.NewGuid().ToString("N");
        _refreshTokens[token] = user;
        return token;
    }

    /// <summary>A token as the server would give it, for a client that brings its own.</summary>
    public string CreateToken(string user, params IEnumerable<string> scopes) => _signer.Sign(user, Service, scopes);

    /// <summary>Forgets the requests.</summary>
    public void ClearRequests() => _requests = [];

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync(new CancellationToken(canceled: true));
        await _application.DisposeAsync();
        _signer.Dispose();
    }

    private Task AnswerAsync(HttpContext context) => (context.Request.Method, context.Request.Path.Value) switch
    {
        ("GET", "/token") => AnswerGetAsync(context),
        ("POST", "/token") => AnswerPostAsync(context),
        _ => RefuseAsync(context, StatusCodes.Status404NotFound, "not_found"),
    };

    private Task AnswerGetAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var named = TryReadBasic(context.Request, out var user);
        var request = new TokenRequest("GET", query["service"].ToString(), SplitScopes(query["scope"]), user, GrantType: null, StatusCodes.Status200OK);
        if (named && user is null || !named && !_options.AnonymousPull) return RefuseAsync(context, request, StatusCodes.Status401Unauthorized, "UNAUTHORIZED");
        return GiveAsync(context, request, refresh: query["offline_token"] == "true");
    }

    private async Task AnswerPostAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var grant = form["grant_type"].ToString();
        var user = grant switch
        {
            "password" when IsUser(form["username"].ToString(), form["password"].ToString()) => form["username"].ToString(),
            "refresh_token" => _refreshTokens.GetValueOrDefault(form["refresh_token"].ToString()),
            _ => null,
        };
        var request = new TokenRequest("POST", form["service"].ToString(), SplitScopes(form["scope"]), user, grant, StatusCodes.Status200OK);
        if (user is null) await RefuseAsync(context, request, StatusCodes.Status401Unauthorized, "invalid_grant");
        else await GiveAsync(context, request, refresh: form["access_type"] == "offline");
    }

    private Task GiveAsync(HttpContext context, TokenRequest request, bool refresh)
    {
        Record(request);
        // Someone unknown may pull whatever was asked for, and nothing else.
        var scopes = request.User is null ? request.Scopes.Where(scope => scope.EndsWith(":pull", StringComparison.Ordinal)) : request.Scopes;
        var token = _signer.Sign(request.User ?? "", request.Service, scopes);
        var answer = new Dictionary<string, object>
        {
            ["token"] = token,
            ["access_token"] = token,
            ["expires_in"] = (int)_options.TokenLifetime.TotalSeconds,
            ["issued_at"] = _options.Time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"),
        };
        if (refresh && request.User is not null) answer["refresh_token"] = CreateRefreshToken(request.User);
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(JsonSerializer.Serialize(answer), context.RequestAborted);
    }

    private Task RefuseAsync(HttpContext context, TokenRequest request, int status, string code)
    {
        Record(request with { Status = status });
        return RefuseAsync(context, status, code);
    }

    private static Task RefuseAsync(HttpContext context, int status, string code)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        var errors = new { error = code, errors = new[] { new { code, message = "access refused" } } };
        return context.Response.WriteAsync(JsonSerializer.Serialize(errors), context.RequestAborted);
    }

    private void Record(TokenRequest request) => ImmutableInterlocked.Update(ref _requests, requests => requests.Add(request));

    private bool IsUser(string user, string password) => _options.Users.TryGetValue(user, out var expected) && expected == password;

    private bool TryReadBasic(HttpRequest request, out string? user)
    {
        user = null;
        if (request.Headers.Authorization.ToString() is not ['B', 'a', 's', 'i', 'c', ' ', .. var encoded]) return false;
        var parts = Encoding.UTF8.GetString(Convert.FromBase64String(encoded)).Split(':', 2);
        user = parts.Length == 2 && IsUser(parts[0], parts[1]) ? parts[0] : null;
        return true;
    }

    // A GET repeats the parameter, a POST separates by spaces.
    private static string[] SplitScopes(IEnumerable<string?> scopes) =>
        [.. scopes.SelectMany(scope => (scope ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))];
}
