using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Images;

namespace RegistryOperator.Testing.Registries.Serving;

/// <summary>
/// Finds what a request is about. A repository's name has slashes of its own, so the path is read from its end
/// (<see href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#endpoints"/>).
/// </summary>
internal sealed partial class RegistryEndpoints(RegistryStore store, InMemoryRegistryOptions options)
{
    private readonly BlobEndpoints _blobs = new(store);
    private readonly ManifestEndpoints _manifests = new(store, options);
    private readonly ListEndpoints _lists = new(store, options);

    public Task AnswerAsync(HttpContext context)
    {
        context.Response.Headers["Docker-Distribution-Api-Version"] = "registry/2.0";
        if (options.User is { } user && !IsAuthorized(context.Request, user))
        {
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"in-memory registry\"";
            return RegistryError.Unauthorized.WriteAsync(context);
        }

        var path = context.Request.Path.Value ?? "";
        if (path is "/v2/" or "/v2") return WriteVersionAsync(context);
        if (PathPattern().Match(path) is not { Success: true } match) return RegistryError.Unsupported.WriteAsync(context);
        var repository = match.Groups["name"].Value;
        if (!ImageReference.IsRepository(repository)) return RegistryError.NameInvalid.WriteAsync(context);
        var reference = match.Groups["reference"].Value;
        return match.Groups["kind"].Value switch
        {
            "blobs" => _blobs.AnswerAsync(context, repository, reference),
            "blobs/uploads" => _blobs.AnswerUploadAsync(context, repository, reference),
            "manifests" => _manifests.AnswerAsync(context, repository, reference),
            "tags" => _lists.AnswerTagsAsync(context, repository),
            _ => _lists.AnswerReferrersAsync(context, repository, reference),
        };
    }

    private static Task WriteVersionAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync("{}", context.RequestAborted);
    }

    private static bool IsAuthorized(HttpRequest request, RegistryCredential.UsernamePassword user) =>
        request.Headers.Authorization.ToString() == "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user.Username}:{user.Password}"));

    [GeneratedRegex("^/v2/(?<name>.+)/(?<kind>blobs/uploads|blobs|manifests|tags|referrers)/(?<reference>[^/]*)$",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex PathPattern();
}
