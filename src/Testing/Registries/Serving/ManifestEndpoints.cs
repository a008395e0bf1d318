using System.Text.Json;
using Microsoft.AspNetCore.Http;
using RegistryOperator.Abstractions.Oci;

namespace RegistryOperator.Testing.Registries.Serving;

/// <summary>Manifests and indexes, by tag or digest.</summary>
internal sealed class ManifestEndpoints(RegistryStore store, InMemoryRegistryOptions options)
{
    private const int MaximumSize = 4 * 1024 * 1024;

    public Task AnswerAsync(HttpContext context, string repository, string reference) => context.Request.Method switch
    {
        "GET" or "HEAD" => ReadAsync(context, repository, reference),
        "PUT" => StoreAsync(context, repository, reference),
        "DELETE" => DeleteAsync(context, repository, reference),
        _ => RegistryError.Unsupported.WriteAsync(context),
    };

    private Task ReadAsync(HttpContext context, string repository, string reference)
    {
        if (store.Find(repository) is not { } content) return RegistryError.NameUnknown.WriteAsync(context);
        if (!content.TryGetManifest(reference, out var manifest)) return RegistryError.ManifestUnknown.WriteAsync(context);
        return ContentAnswer.WriteAsync(context, manifest.MediaType, manifest.Digest, manifest.Content);
    }

    private async Task StoreAsync(HttpContext context, string repository, string reference)
    {
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
        var content = buffer.ToArray();
        var byDigest = Digest.TryParse(reference, out var digest);
        if (byDigest ? !digest.Matches(content) : content.Length > MaximumSize)
        {
            await (byDigest ? RegistryError.DigestInvalid : RegistryError.ManifestInvalid).WriteAsync(context);
            return;
        }

        if (!byDigest) digest = Digest.Compute(content);
        var into = store.Open(repository);
        Descriptor? subject;
        try
        {
            subject = ReadSubject(context.Request.ContentType, content, into);
        }
        catch (JsonException)
        {
            await RegistryError.ManifestInvalid.WriteAsync(context);
            return;
        }
        catch (KeyNotFoundException)
        {
            await RegistryError.ManifestBlobUnknown.WriteAsync(context);
            return;
        }

        into.Manifests[digest] = new StoredManifest(context.Request.ContentType ?? MediaTypes.OciManifest, digest, content);
        if (!byDigest) into.Tags[reference] = digest;
        context.Response.StatusCode = StatusCodes.Status201Created;
        context.Response.Headers.Location = $"/v2/{repository}/manifests/{digest}";
        context.Response.Headers[ContentAnswer.DigestHeader] = digest.ToString();
        // Tells the client that it need not keep the fallback tag itself.
        if (subject is not null && options.ReferrersApi) context.Response.Headers["OCI-Subject"] = subject.Digest.ToString();
    }

    /// <summary>Reads a manifest's subject, having made sure that everything it names is there (except its subject, which may come later).</summary>
    private static Descriptor? ReadSubject(string? mediaType, byte[] content, RepositoryStore into)
    {
        var manifest = new Manifest { MediaType = mediaType ?? "", Digest = Digest.Compute(content), Content = content };
        if (MediaTypes.IsIndex(mediaType))
        {
            var index = manifest.ReadIndex();
            foreach (var entry in index.Manifests ?? []) Require(into.Manifests.ContainsKey(entry.Digest));
            return index.Subject;
        }

        var image = manifest.ReadImageManifest();
        if (image.Config is { } config) Require(into.Blobs.ContainsKey(config.Digest));
        foreach (var layer in image.Layers ?? []) Require(into.Blobs.ContainsKey(layer.Digest));
        return image.Subject;
    }

    private static void Require(bool exists)
    {
        if (!exists) throw new KeyNotFoundException();
    }

    private Task DeleteAsync(HttpContext context, string repository, string reference)
    {
        var content = store.Find(repository);
        if (content is null || !content.TryGetManifest(reference, out var manifest)) return RegistryError.ManifestUnknown.WriteAsync(context);
        if (!content.Tags.TryRemove(reference, out _))
        {
            content.Manifests.TryRemove(manifest.Digest, out _);
            foreach (var (tag, _) in content.Tags.Where(tag => tag.Value == manifest.Digest)) content.Tags.TryRemove(tag, out _);
        }

        context.Response.StatusCode = StatusCodes.Status202Accepted;
        return Task.CompletedTask;
    }
}
