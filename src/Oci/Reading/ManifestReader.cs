using System.Net;
using RegistryOperator.Abstractions.Images;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Transport;

namespace RegistryOperator.Oci.Reading;

/// <summary>Resolves and reads manifests (<see href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests"/>).</summary>
internal sealed class ManifestReader(RequestExecutor executor, string repositoryUrl)
{
    /// <summary>The size that registries must accept and clients need not exceed, as in the specification ("Pushing Manifests").</summary>
    private const int MaximumSize = 4 * 1024 * 1024;

    private const string DigestHeader = "Docker-Content-Digest";

    public async Task<Descriptor> ResolveAsync(string reference, CancellationToken cancellationToken)
    {
        var request = CreateRequest(HttpMethod.Head, reference);
        Descriptor? told;
        try
        {
            told = await executor.ExecuteAsync(request, ReadHeadAsync, cancellationToken);
        }
        catch (RegistryException failure) when (MayBeOfHeadAlone(failure))
        {
            told = null;
        }

        return told ?? (await GetAsync(reference, cancellationToken)).ToDescriptor();
    }

    public Task<Manifest> GetAsync(string reference, CancellationToken cancellationToken) => GetAsync(reference, MaximumSize, cancellationToken);

    /// <summary>The same, where it is not larger: its announced size is judged before anything is read.</summary>
    public async Task<Manifest> GetAsync(string reference, long maximumSize, CancellationToken cancellationToken) => (await executor.ExecuteAsync(
        CreateRequest(HttpMethod.Get, reference), exchange => ReadAsync(exchange, maximumSize, mayBeAbsent: false), cancellationToken))!;

    /// <summary>The manifest, or null where there is none.</summary>
    public ValueTask<Manifest?> FindAsync(string reference, CancellationToken cancellationToken) =>
        executor.ExecuteAsync(CreateRequest(HttpMethod.Get, reference), exchange => ReadAsync(exchange, MaximumSize, mayBeAbsent: true), cancellationToken);

    private RegistryRequest CreateRequest(HttpMethod method, string reference)
    {
        var url = new Uri($"{repositoryUrl}/manifests/{reference}");
        var target = new RequestTarget(RequestTargetKind.Manifest, reference);
        var isDigest = Digest.TryParse(reference, out var digest);
        if (!isDigest && !ImageReference.IsTag(reference))
        {
            throw executor.Errors.Create(
                RegistryErrorKind.InvalidRequest,
                target,
                new Uri(repositoryUrl),
                "this is neither a tag nor a digest",
                "A tag has at most 128 letters, digits, '_', '.' and '-'.");
        }

        if (isDigest) executor.Errors.RequireVerifiable(digest, target, url);
        return new RegistryRequest(method, url, target) { Accept = ManifestMediaType.Accept, Digest = isDigest ? digest : null };
    }

    // Registries and proxies answer HEAD by any status although GET works. Not where the registry throttles or is away.
    private static bool MayBeOfHeadAlone(RegistryException failure) => failure.Kind switch
    {
        RegistryErrorKind.Unauthorized or RegistryErrorKind.Denied or RegistryErrorKind.NotFound => true,
        RegistryErrorKind.InvalidRequest or RegistryErrorKind.InvalidResponse or RegistryErrorKind.DigestMismatch => true,
        // What may pass is retried as it is.
        RegistryErrorKind.ServerError => !RetryPipeline.MayPass(failure.StatusCode),
        _ => false,
    };

    // Null where HEAD does not suffice and the manifest must be read: the method is not supported, or a header is missing.
    private async ValueTask<Descriptor?> ReadHeadAsync(Exchange exchange)
    {
        var response = exchange.Response;
        if (response.StatusCode is HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented) return null;
        if (response.StatusCode != HttpStatusCode.OK) throw await executor.Errors.FromResponseAsync(exchange);
        var mediaType = ManifestMediaType.Of(response.Content);
        if (ManifestMediaType.IsGeneric(mediaType)) return null;
        var told = DigestOf(response);
        var asked = exchange.Request.Digest;
        if ((asked ?? told) is not { } digest) return null;
        if (told is { } header && Contradicts(header, digest)) throw Mismatch(exchange, $"the registry answers with {header}");
        return new Descriptor { MediaType = mediaType!, Digest = digest, Size = response.Content.Headers.ContentLength ?? 0 };
    }

    private async ValueTask<Manifest?> ReadAsync(Exchange exchange, long maximumSize, bool mayBeAbsent)
    {
        var response = exchange.Response;
        if (mayBeAbsent && response.StatusCode == HttpStatusCode.NotFound)
        {
            await exchange.DrainAsync();
            return null;
        }

        if (response.StatusCode != HttpStatusCode.OK) throw await executor.Errors.FromResponseAsync(exchange);
        var content = await BoundedBody.ReadAsync(response.Content, Math.Min(maximumSize, MaximumSize), exchange.Token);
        var asked = exchange.Request.Digest;
        var told = DigestOf(response);
        try
        {
            var manifest = VerifiedManifest.Verify(content, ManifestMediaType.Of(response.Content), asked ?? told, isAsked: asked is not null).Manifest;
            // The digest of a tag's schema 1 manifest is what it hashes to, whatever the registry announces.
            if (told is { } header && Contradicts(header, manifest.Digest) && !(asked is null && MediaTypes.IsSchema1(manifest.MediaType)))
                throw Mismatch(exchange, $"the registry announces {header}");
            return manifest;
        }
        catch (UnverifiedManifestException wrong)
        {
            throw executor.Errors.Create(wrong.Kind, exchange.Request.Target, exchange.Url, wrong.Message, wrong.Advice, wrong.InnerException);
        }
    }

    // A digest of another algorithm may be of the same content.
    private static bool Contradicts(Digest told, Digest digest) => told != digest && told.Algorithm == digest.Algorithm;

    private RegistryException Mismatch(Exchange exchange, string how) => executor.Errors.Create(
        RegistryErrorKind.DigestMismatch,
        exchange.Request.Target,
        exchange.Url,
        how,
        "The content was changed on its way or in the registry: check the registry and proxies before it.");

    private static Digest? DigestOf(HttpResponseMessage response)
    {
        if (!response.Headers.NonValidated.TryGetValues(DigestHeader, out var values)) return null;
        return Digest.TryParse(values.ToString().Trim(), out var digest) && digest.IsVerifiable() ? digest : null;
    }
}
