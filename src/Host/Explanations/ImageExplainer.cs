using Microsoft.Extensions.Logging;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Decisions;
using RegistryOperator.Host.Images;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Rounds;
using RegistryOperator.Host.Scans.Planning;
using RegistryOperator.Host.Tags;
using RegistryOperator.Host.Text;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Explanations;

/// <summary>
/// Explains the state of one image: asks those who decide in a round, in their order, and runs no scanner. Reads the list of tags and this image's documents,
/// and more images only where a limit by time chooses among them.
/// </summary>
/// <param name="access">Opens the registry.</param>
/// <param name="cache">Details of images.</param>
/// <param name="scans">Explains the scanners' part.</param>
/// <param name="store">The reports; null where there are none.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Logs faults of a registry's client.</param>
/// <param name="settings">How registries are read; null for the defaults.</param>
internal sealed class ImageExplainer(
    RegistryAccess access, ImageCache cache, ScanExplainer scans, IReportStore? store, SecretRules rules, TimeProvider time,
    ILogger<ImageExplainer> logger, ReadingSettings? settings = null)
{
    private readonly ReadingSettings _settings = settings ?? new ReadingSettings();

    /// <summary>Explains an image.</summary>
    /// <param name="asked">The image.</param>
    /// <param name="resource">The resource, with its last status where that is known.</param>
    /// <param name="secrets">Where its Secrets are.</param>
    /// <param name="isOffline">True asks no registry.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<ImageExplanation> ExplainAsync(
        AskedImage asked, RegistryResource resource, ISecretSource secrets, bool isOffline, CancellationToken cancellationToken)
    {
        var explanation = await WalkAsync(asked, resource, secrets, isOffline, cancellationToken);
        return explanation with { Steps = new WrittenFields(resource).Mark(explanation.Steps) };
    }

    private async Task<ImageExplanation> WalkAsync(
        AskedImage asked, RegistryResource resource, ISecretSource secrets, bool isOffline, CancellationToken cancellationToken)
    {
        var spec = resource.Spec;
        var repository = new RepositoryReference(new Uri(spec.Url), spec.Repository).Name;
        if (!asked.IsOf(resource))
        {
            var other = Decision.Stop("OtherRepository", $"The resource is about {repository}.").By("spec.repository", spec.Repository);
            return new ImageExplanation(resource.FullName, asked.Text) { IsChosen = false, Steps = [new DecisionStep("repository", other)] };
        }

        var steps = new List<DecisionStep> { ExplainResource(resource) };
        var named = new ResourceSecrets(resource, secrets, rules);
        using var deadline = new ReadDeadline(_settings.Timeout, time, cancellationToken);
        var (registry, opening) = await OpenAsync(resource, named, deadline);
        var records = await ReadRecordsAsync(resource, cancellationToken);
        var (tags, listing) = registry is null || isOffline
            ? (null, opening ?? Offline)
            : await ListAsync(registry, deadline);
        steps.Add(new DecisionStep("registry", listing.Field is null ? listing.By("spec.url", spec.Url) : listing));

        var known = new LastRound(resource.Status, records);
        var images = new RoundMemory.Entry().KnownImages(resource.Status);
        using var pool = registry is null || tags is null
            ? null
            : new InspectionPool(registry, cache, images, spec.EffectiveConcurrency, logger, deadline: deadline);
        var (asTag, problem) = await FindTagAsync(asked, known, spec, isOffline ? null : registry, tags, deadline);
        if (asTag is not { } tag)
        {
            steps.Add(new DecisionStep("tag", problem!));
            bool? isGone = null;
            // What scanners have on it may be of another tag, or resource, and does not depend on a tag.
            if (pool is not null && Digest.TryParse(asked.Name.DigestPrefix!, out var digest))
            {
                var untagged = new ExplainedImage($"{digest}", (await pool.InspectAsync([VersionedTag.Read($"{digest}")], cancellationToken))[0], known, spec);
                var explained = untagged.Explain();
                isGone = explained.Decision.Outcome == ScanReasons.NotFound ? true : null;
                steps.Add(explained);
                steps.AddRange(await scans.ExplainAsync(resource, registry, named, untagged, cancellationToken));
            }

            return new ImageExplanation(resource.FullName, $"{repository}@{asked.Name.DigestPrefix}") { IsChosen = !isGone, Steps = Conceal(steps, named) };
        }

        if (problem is not null) steps.Add(new DecisionStep("digest", problem));
        var (choice, image) = await new TagExplainer(resource, known, images, time).ExplainAsync(tag, tags, pool, cancellationToken);
        steps.Add(choice);
        var isChosen = choice.Decision.Effect switch
        {
            DecisionEffect.Stops => false,
            DecisionEffect.Passes => true,
            _ => (bool?)null,
        };
        if (isChosen is not false && pool is not null) image ??= (await pool.InspectAsync([VersionedTag.Read(tag)], cancellationToken))[0];
        var found = new ExplainedImage(tag, image, known, spec);
        if (isChosen is not false)
        {
            steps.Add(found.Explain());
            steps.AddRange(await scans.ExplainAsync(resource, registry, named, found, cancellationToken));
        }

        return new ImageExplanation(resource.FullName, $"{repository}:{tag}")
        {
            Tag = tag,
            Digest = found.Digest?.ToString(),
            IsChosen = isChosen,
            Steps = Conceal(steps, named),
        };
    }

    /// <summary>A registry, or what it holds, may repeat what the resource's Secrets hold.</summary>
    private static IReadOnlyList<DecisionStep> Conceal(IEnumerable<DecisionStep> steps, ResourceSecrets secrets) =>
    [
        .. steps.Select(step => step with
        {
            Decision = step.Decision with { Sentence = secrets.Conceal(step.Decision.Sentence) },
            Steps = Conceal(step.Steps, secrets),
        }),
    ];

    private static Decision Offline { get; } =
        Decision.Wait("Offline", "The registry is not asked: what is said of its tags is what the last scan knew.");

    private DecisionStep ExplainResource(RegistryResource resource)
    {
        var steps = new List<DecisionStep>();
        if (resource.Status?.Conditions.FirstOrDefault(condition => condition.Type == ResourceConditions.Ready) is { } ready)
        {
            steps.Add(new DecisionStep(
                "last scan",
                (ready.Status == Kubernetes.Resources.ConditionStatus.False
                    ? Decision.Wait(ready.Reason ?? "Failed", ready.Message ?? "It failed.")
                    : Decision.Pass(ready.Reason ?? "Succeeded", ready.Message ?? "It succeeded."))
                    .By("status.lastScanTime", resource.Status.LastScanTime is { } last ? DueRules.Time(last) : null)));
        }

        return new DecisionStep("resource", RoundSchedule.Explain(resource, time.GetUtcNow())) { Steps = steps };
    }

    private async Task<(OpenedRegistry? Registry, Decision? Problem)> OpenAsync(RegistryResource resource, ResourceSecrets secrets, ReadDeadline deadline)
    {
        try
        {
            return (await deadline.RunAsync(() => access.OpenAsync(resource, secrets, deadline.Token)), null);
        }
        catch (Exception failure) when (!deadline.IsStopped)
        {
            // A plugin's authenticator may throw what the contract does not name.
            return (null, Stop(failure));
        }
    }

    /// <summary>The list as a round has it.</summary>
    private static async Task<(IReadOnlyList<string>? Tags, Decision Listing)> ListAsync(OpenedRegistry registry, ReadDeadline deadline)
    {
        try
        {
            var list = await deadline.RunAsync(() => TagList.ReadAsync(registry.Client, share: null, deadline.Token));
            var listed = $"The registry lists {Counted.Of(list.Tags.Count, "tag")}.";
            return (list.Tags, Decision.Pass("Listed", list.Note is { } note ? $"{listed} {note}" : listed));
        }
        catch (RegistryException failure)
        {
            var why = RoundFailure.From(failure);
            return (null, Decision.Wait(why.Reason, $"{why.Message} What is said of its tags is what the last scan knew."));
        }
        catch (Exception fault) when (!deadline.IsStopped)
        {
            // A plugin's client may throw what the contract does not name.
            return (null, Stop(fault));
        }
    }

    private async Task<IReadOnlyList<StoredImage>> ReadRecordsAsync(RegistryResource resource, CancellationToken cancellationToken) =>
        store is null ? [] : await store.GetImagesAsync(ImageRecords.NameOf(resource.Metadata.Key), cancellationToken);

    /// <summary>The tag that is asked for. What may be a tag, and the beginning of a digest, is a tag where there is such a one.</summary>
    private static async Task<FoundTag> FindTagAsync(
        AskedImage asked, LastRound known, RegistrySpec spec, OpenedRegistry? registry, IReadOnlyList<string>? tags, ReadDeadline deadline)
    {
        var tag = asked.Name.Tag;
        if (asked.Name.DigestPrefix is not { } prefix) return new FoundTag(tag);
        if (tag is not null && (tags?.Contains(tag, StringComparer.Ordinal) ?? known.WasChosen(tag) is true)) return new FoundTag(tag);
        var found = await new DigestLookup(known, spec).FindAsync(prefix, registry, tags, deadline);
        return found.Tag is null && tag is not null ? found with { Tag = tag } : found;
    }

    private static Decision Stop(Exception failure)
    {
        var why = RoundFailure.Known(failure) ?? RoundFailure.From(failure);
        return Decision.Stop(why.Reason, why.Message);
    }
}
