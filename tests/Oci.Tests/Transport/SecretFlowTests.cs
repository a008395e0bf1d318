using System.Collections.Concurrent;
using System.Net;
using System.Text;
using CsCheck;
using Microsoft.AspNetCore.Http;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Network;
using RegistryOperator.Oci.Tests.Support;

namespace RegistryOperator.Oci.Tests.Transport;

/// <summary>Whatever a registry, and the servers that it leads to, answer: no secret leaves its origin and its token server.</summary>
public sealed class SecretFlowTests : IAsyncLifetime
{
    private const string Password = "s3cret-PASSWORD-1";
    private const string Identity = "s3cret-IDENTITY-2";
    private const string Direct = "s3cret-DIRECT-3";

    private static readonly string Basic = Convert.ToBase64String(Encoding.UTF8.GetBytes("bob:" + Password));

    private static readonly RegistryCredential[] Credentials =
    [
        new RegistryCredential.UsernamePassword("bob", Password),
        new RegistryCredential.IdentityToken(Identity),
        new RegistryCredential.RegistryToken(Direct),
        RegistryCredential.Anonymous,
    ];

    private static readonly AnswerKind[] Leading = [AnswerKind.Link, AnswerKind.Redirect, AnswerKind.ChallengeBasic, AnswerKind.ChallengeBearer];

    // What leads elsewhere comes more often than what ends a request.
    private static readonly Gen<AnswerKind> AnyKind = Gen.Frequency(
        (1, Gen.Enum<AnswerKind>()),
        (2, Gen.Int[0, 3].Select(index => Leading[index])));

    private static readonly Gen<Answer[]> AnyScript = Gen.Select(AnyKind, Gen.Int[0, 3]).Select((kind, origin) => new Answer(kind, origin)).Array[1, 6];

    private readonly ConcurrentQueue<Seen> _seen = new();

    // Tokens given for a secret. Those given to whoever asks may also be sent to a redirect's target, which has named their server.
    private readonly ConcurrentQueue<string> _ofSecrets = new();
    private FaultServer _registry = null!;
    private FaultServer _tokens = null!;
    private FaultServer _other = null!;
    private Uri[] _origins = null!;
    private Answer[][] _scripts = [];
    private int[] _requests = [];

    private enum AnswerKind
    {
        Tags,
        Link,
        Redirect,
        ChallengeBasic,
        ChallengeBearer,
        ChallengeBoth,
        Manifest,
        Token,
        Echo,
        NotFound,
        NotAllowed,
    }

    public async ValueTask InitializeAsync()
    {
        _registry = await FaultServer.StartAsync(context => AnswerAsync(context, 0));
        _tokens = await FaultServer.StartAsync(context => AnswerAsync(context, 1));
        _other = await FaultServer.StartAsync(context => AnswerAsync(context, 2));
        _origins =
        [
            new Uri($"http://registry.acme.com:{_registry.Url.Port}"),
            // On the registry's own host, so that it may be its token server, but of another origin.
            new Uri($"http://registry.acme.com:{_tokens.Url.Port}"),
            new Uri($"http://evil.net:{_other.Url.Port}"),
            new Uri($"http://registry.acme.com.evil.net:{_other.Url.Port}"),
        ];
    }

    public async ValueTask DisposeAsync()
    {
        await _registry.DisposeAsync();
        await _tokens.DisposeAsync();
        await _other.DisposeAsync();
    }

    [Fact]
    public async Task Requests_AnySequenceOfAnswers_KeepSecretsAtTheirOriginAndRealm() =>
        await Gen.Select(AnyScript, AnyScript, AnyScript, Gen.Int[0, Credentials.Length - 1])
            .SampleAsync(RunAsync, iter: 1000, threads: 1);

    private async Task RunAsync(Answer[] registry, Answer[] tokens, Answer[] other, int credential)
    {
        _scripts = [registry, tokens, other];
        _requests = new int[3];
        _seen.Clear();
        _ofSecrets.Clear();
        // Addresses are allowed, so that nothing but the rules for secrets keeps them.
        var policy = new OutboundPolicy(new OutboundOptions { Allow = [AllowedDestination.TryParse("127.0.0.0/8")!] })
        {
            Resolve = (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback]),
        };
        using var provider = TestClient.Provider(options: OciClientOptions.Default with { Outbound = policy, MaximumTags = 20 });
        var client = provider.For(_origins[0], Credentials[credential]);

        var errors = new List<string>();
        await TryAsync(() => client.ListTagsAsync(CancellationToken.None).ToListAsync(), errors);
        await TryAsync(() => client.GetManifestAsync("latest", CancellationToken.None), errors);
        await TryAsync(() => client.ResolveAsync("latest", CancellationToken.None), errors);
        await TryAsync(() => client.ReadBlobAsync(new Descriptor { Digest = Answers.ManifestDigest }, 10_000, CancellationToken.None), errors);
        await TryAsync(() => client.ListReferrersAsync(Answers.ManifestDigest, null, CancellationToken.None).ToListAsync(), errors);

        var issued = Enumerable.Range(0, 3).Select(server => $"token-of-{server}-").ToArray();
        foreach (var error in errors) ShouldHoldNone(error, [Password, Basic, Identity, Direct, .. issued], error);
        foreach (var seen in _seen)
        {
            // What was given to the registry is for it alone, and is no one else's.
            if (seen.Server == 0) continue;
            ShouldHoldNone(seen.Text, [Direct, .. _ofSecrets], seen.Text);
            if (seen.Server == 1 && seen.IsTokenRequest) continue;
            ShouldHoldNone(seen.Text, [Password, Basic, Identity], seen.Text);
        }
    }

    private static void ShouldHoldNone(string text, string[] secrets, string where)
    {
        foreach (var secret in secrets) text.Contains(secret, StringComparison.Ordinal).ShouldBeFalse($"{secret} in {where}");
    }

    private static async Task TryAsync(Func<Task> request, List<string> errors)
    {
        try
        {
            await request();
        }
        catch (RegistryException error)
        {
            errors.Add($"{error} {error.Code} {error.Url} {error.Advice}");
        }
    }

    private async Task AnswerAsync(HttpContext context, int server)
    {
        var request = context.Request;
        var body = await new StreamReader(request.Body).ReadToEndAsync();
        var headers = string.Join('\n', request.Headers.Select(header => $"{header.Key}: {header.Value}"));
        var text = $"{request.Method} {request.Path}{request.QueryString}\n{headers}\n{body}";
        _seen.Enqueue(new Seen(server, request.Path == "/token", text));
        var number = Interlocked.Increment(ref _requests[server]) - 1;
        var script = _scripts[server];
        var answer = script[number % script.Length];
        // A server that is asked for a token mostly gives one, or little would come after.
        var kind = request.Path == "/token" && number % 3 != 2 ? AnswerKind.Token : answer.Kind;
        var origin = _origins[answer.Origin].GetLeftPart(UriPartial.Authority);
        switch (kind)
        {
            case AnswerKind.Link:
                context.Response.Headers.Link = $"<{(number % 2 == 0 ? "" : origin)}/v2/a/b/tags/list?last={number}>; rel=\"next\"";
                await Answers.JsonAsync(context, $$"""{"tags":["t{{number}}"]}""");
                return;
            case AnswerKind.Redirect:
                context.Response.StatusCode = StatusCodes.Status307TemporaryRedirect;
                context.Response.Headers.Location = $"{origin}{(number % 2 == 0 ? "/token" : request.Path)}";
                return;
            case AnswerKind.ChallengeBasic:
                await Answers.RefuseAsync(context, "Basic realm=\"x\"");
                return;
            case AnswerKind.ChallengeBearer:
                await Answers.RefuseAsync(context, $"Bearer realm=\"{origin}/token\",service=\"s\"");
                return;
            case AnswerKind.ChallengeBoth:
                await Answers.RefuseAsync(context, $"Basic realm=\"x\", Bearer realm=\"{origin}/token\"");
                return;
            case AnswerKind.Manifest:
                await Answers.ManifestAsync(context);
                return;
            case AnswerKind.Token:
                var token = $"token-of-{server}-{number}-";
                if (new[] { Password, Basic, Identity, Direct }.Any(secret => text.Contains(secret, StringComparison.Ordinal))) _ofSecrets.Enqueue(token);
                await Answers.JsonAsync(context, $$"""{"token":"{{token}}","tags":["t"]}""");
                return;
            case AnswerKind.Echo:
                var sent = request.Headers.Authorization.ToString();
                await Answers.ErrorAsync(context, 403, sent, $"you sent {sent} {body}");
                return;
            case AnswerKind.NotFound:
                await Answers.ErrorAsync(context, 404, "MANIFEST_UNKNOWN", "unknown");
                return;
            case AnswerKind.NotAllowed:
                await Answers.JsonAsync(context, "{}", 405);
                return;
            default:
                await Answers.JsonAsync(context, """{"tags":["t"]}""");
                return;
        }
    }

    private sealed record Answer(AnswerKind Kind, int Origin);

    private sealed record Seen(int Server, bool IsTokenRequest, string Text);
}
