using System.Runtime.CompilerServices;
using System.Text.Json;
using RegistryOperator.Abstractions.Attachments;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Host.Tags;
using RegistryOperator.Oci.Client;
using RegistryOperator.Oci.Reading;

namespace RegistryOperator.Host.Attachments;

/// <summary>
/// One walk over the places where something may be attached to an image. A failure at one place does not drop what the others gave; throttling and a registry
/// outage end the walk, as they end any other read.
/// </summary>
/// <param name="client">The repository.</param>
/// <param name="manifests">Its manifests.</param>
/// <param name="tags">Its tags.</param>
/// <param name="image">What the tag names.</param>
/// <param name="platforms">The manifests of the platforms that are scanned; of an image that is no index, the image itself.</param>
internal sealed class AttachmentWalk(IRegistryClient client, ManifestCache manifests, RepositoryTags tags, Digest image, IReadOnlyList<Digest> platforms)
{
    private readonly WalkRequests _requests = new();
    private readonly Digest[] _subjects = [.. platforms.Prepend(image).Distinct()];
    private readonly List<FoundAttachment> _found = [];

    /// <summary>Walks, once.</summary>
    /// <exception cref="RegistryException">No place could be read, or the registry is down.</exception>
    public async Task<ImageAttachmentList> RunAsync(CancellationToken cancellationToken)
    {
        // All places before any type: one place with many entries must not use up the request limit of the others.
        await ListReferrersAsync(cancellationToken);
        await FindCosignTagsAsync(cancellationToken);
        await ReadIndexAsync(cancellationToken);
        if (_requests is { IsAnswered: false, Problem: { } failure } && _found.Count == 0) throw failure;
        var attachments = new List<ImageAttachment>();
        foreach (var found in _found.OrderBy(found => found.Source).DistinctBy(found => (found.Descriptor.Digest, found.Subject)))
        {
            if (await TypeAsync(found, cancellationToken) is { } type) attachments.Add(found.ToAttachment(type));
        }

        return new ImageAttachmentList { Attachments = attachments, Problem = _requests.Problem };
    }

    private async Task ListReferrersAsync(CancellationToken cancellationToken)
    {
        foreach (var subject in _subjects)
        {
            var failure = await _requests.SendAsync(() => ListReferrersAsync(subject, cancellationToken), cancellationToken);
            // What a server can't do for one manifest, it can't for the next, and each costs its retries.
            if (failure is { IsTransient: true }) return;
        }
    }

    private async Task ListReferrersAsync(Digest subject, CancellationToken cancellationToken)
    {
        var listed = new List<FoundAttachment>();
        var isCut = false;
        try
        {
            await foreach (var (descriptor, tag) in ReferrersOf(subject, cancellationToken))
            {
                isCut = !_requests.IsWithinList(listed.Count);
                if (isCut) break;
                listed.Add(new FoundAttachment(descriptor, subject, tag is null ? AttachmentSource.ReferrersApi : AttachmentSource.FallbackTag) { Tag = tag });
            }
        }
        catch (RegistryException cut) when (cut.Kind is RegistryErrorKind.TooLarge)
        {
            isCut = true;
            _requests.LeaveOut(cut);
        }

        if (isCut) await AskForSignaturesAsync(subject, listed, cancellationToken);
        var chosen = AttachmentChoice.Choose(listed);
        if (chosen.Count < listed.Count) _requests.LeaveOut($"more than {AttachmentChoice.MostOfAKind} attachments of one kind are listed together");
        _found.AddRange(chosen);
    }

    /// <summary>Where the list is longer than what is read of it, a registry that filters still tells what scanners look for.</summary>
    private async Task AskForSignaturesAsync(Digest subject, List<FoundAttachment> listed, CancellationToken cancellationToken)
    {
        foreach (var type in AttachmentChoice.AskedFor)
        {
            await _requests.SendAsync(async () =>
            {
                var some = client.ListReferrersAsync(subject, type, cancellationToken).Take(AttachmentChoice.MostOfAKind);
                await foreach (var descriptor in some) listed.Add(new FoundAttachment(descriptor, subject, AttachmentSource.ReferrersApi));
            }, cancellationToken);
        }
    }

    /// <summary>A plugin's client implements the contract alone, which does not say how referrers are found.</summary>
    private async IAsyncEnumerable<Referrer> ReferrersOf(Digest subject, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (client is IReferrersClient telling)
        {
            await foreach (var referrer in telling.ListReferrersAsync(subject, tags.MayHave, cancellationToken)) yield return referrer;
            yield break;
        }

        await foreach (var descriptor in client.ListReferrersAsync(subject, artifactType: null, cancellationToken))
            yield return new Referrer(descriptor, FallbackTag: null);
    }

    private async Task FindCosignTagsAsync(CancellationToken cancellationToken)
    {
        foreach (var subject in _subjects)
        {
            foreach (var tag in CosignTags.Of(subject).Where(tags.MayHave))
                await _requests.SendAsync(() => FindCosignTagAsync(subject, tag, cancellationToken), cancellationToken);
        }
    }

    private async Task FindCosignTagAsync(Digest subject, string tag, CancellationToken cancellationToken)
    {
        if (await manifests.FindAsync(tag, cancellationToken) is not { } manifest) return;
        _requests.Count(manifest.Content.Length);
        _found.Add(new FoundAttachment(manifest.ToDescriptor(), subject, AttachmentSource.CosignTag) { Tag = tag, Type = Parse(manifest, ArtifactTypes.Of) });
    }

    private async Task ReadIndexAsync(CancellationToken cancellationToken)
    {
        if (platforms is [var only] && only == image) return;
        await _requests.SendAsync(async () =>
        {
            var entries = await ReadAsync(image, manifest => MediaTypes.IsIndex(manifest.MediaType) ? manifest.ReadIndex().Manifests : null, cancellationToken);
            var attested = (entries ?? []).Select(ToFound).OfType<FoundAttachment>().Take(AttachmentChoice.MostOfAKind + 1).ToArray();
            if (attested.Length > AttachmentChoice.MostOfAKind)
                _requests.LeaveOut($"more than {AttachmentChoice.MostOfAKind} attestations are listed in its index");
            _found.AddRange(attested.Take(AttachmentChoice.MostOfAKind));
        }, cancellationToken);
    }

    /// <summary>An entry that BuildKit has made for an attestation of one of the subjects; null for any other.</summary>
    private FoundAttachment? ToFound(Descriptor entry)
    {
        if (entry.Annotations?.GetValueOrDefault(AnnotationKeys.DockerReferenceType) != AnnotationKeys.DockerAttestationManifest) return null;
        var subject = Digest.TryParse(entry.Annotations.GetValueOrDefault(AnnotationKeys.DockerReferenceDigest), out var named) ? named : image;
        return _subjects.Contains(subject) ? new FoundAttachment(entry, subject, AttachmentSource.IndexEntry) : null;
    }

    /// <summary>An attachment's type; null where it can't be determined.</summary>
    private async Task<string?> TypeAsync(FoundAttachment found, CancellationToken cancellationToken)
    {
        var type = found.Type;
        if (type is null)
            await _requests.SendAsync(async () => type = await ReadAsync(found.Descriptor.Digest, ArtifactTypes.Of, cancellationToken), cancellationToken);
        return type;
    }

    private async Task<T> ReadAsync<T>(Digest digest, Func<Manifest, T> parse, CancellationToken cancellationToken)
    {
        var manifest = await manifests.ReadAsync(digest, cancellationToken);
        _requests.Count(manifest.Content.Length);
        return Parse(manifest, parse);
    }

    private T Parse<T>(Manifest manifest, Func<Manifest, T> parse)
    {
        try
        {
            return parse(manifest);
        }
        catch (JsonException invalid)
        {
            throw new RegistryException(
                RegistryErrorKind.InvalidResponse, $"The manifest {manifest.Digest} in {client.Repository} can't be read: {invalid.Message}", invalid);
        }
    }
}
