using System.Text.Json;
using Microsoft.Extensions.Logging;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Images;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Scans;
using RegistryOperator.Host.Scans.Model;
using RegistryOperator.Host.Scans.Planning;
using RegistryOperator.Oci.Client;
using RegistryOperator.Oci.Reading;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Rounds;

/// <summary>What one image was found to be, and what scanners have found in it; or why nothing was.</summary>
/// <param name="Image">As a status would have it.</param>
internal sealed record NamedImageOutcome(ImageStatus Image)
{
    /// <summary>The report of each scanner that the resource asks for.</summary>
    public IReadOnlyList<Report> Reports { get; init; } = [];

    /// <summary>The platforms that the scans are about.</summary>
    public IReadOnlyList<ChosenPlatform> Platforms { get; init; } = [];

    /// <summary>Why there is nothing; null where the registry was opened.</summary>
    public RoundFailure? Failure { get; init; }

    /// <summary>The same without what the resource's Secrets hold.</summary>
    public NamedImageOutcome Mask(ResourceSecrets secrets) => this with
    {
        Image = StatusMask.Apply(new RegistryStatus { Images = [Image] }, secrets.CreateMask()).Images[0],
        Failure = Failure?.Mask(secrets),
    };
}

/// <summary>
/// The round of one image that somebody names, by tag or by digest: access and scans as in <see cref="ResourceRound"/>, without the list of tags, which may
/// be long, or not for everybody who may pull, and without the configuration: what is attached to it need not be an image, e.g. a Helm chart.
/// </summary>
internal sealed partial class NamedImageRound(
    ScanKinds kinds, RegistryAccess access, ImageScanning scanning, IReportStore reports, SecretRules rules, TimeProvider time,
    ILogger<NamedImageRound> logger, ReadingSettings? settings = null)
{
    private readonly ReadingSettings _settings = settings ?? new ReadingSettings();

    /// <summary>Reads and scans. A failure becomes the outcome; only the caller's own cancellation is thrown.</summary>
    /// <param name="resource">The repository, the access and the scanners.</param>
    /// <param name="reference">The tag or the digest.</param>
    /// <param name="secrets">Where the resource's Secrets are.</param>
    /// <param name="progress">Receives the round's progress; may be null.</param>
    /// <param name="cancellationToken">Ends the round.</param>
    public async Task<NamedImageOutcome> RunAsync(
        RegistryResource resource, string reference, ISecretSource secrets, IRoundProgress? progress, CancellationToken cancellationToken)
    {
        var named = new ResourceSecrets(resource, secrets, rules);
        using var deadline = new ReadDeadline(_settings.Timeout, time, cancellationToken);
        try
        {
            ResourceRound.Validate(resource);
            var registry = await deadline.RunAsync(() => access.OpenAsync(resource, named, deadline.Token));
            return (await RunAsync(resource, reference, registry, named, progress, deadline, cancellationToken)).Mask(named);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            var known = RoundFailure.Known(failure);
            if (known is null) LogFault(named.Quotes(failure) ? null : failure, reference);
            return new NamedImageOutcome(new ImageStatus { Tag = reference }) { Failure = known ?? RoundFailure.From(failure) }.Mask(named);
        }
    }

    private async Task<NamedImageOutcome> RunAsync(
        RegistryResource resource, string reference, OpenedRegistry registry, ResourceSecrets secrets, IRoundProgress? progress,
        ReadDeadline deadline, CancellationToken cancellationToken)
    {
        progress?.TagsListed(1);
        var manifest = await deadline.RunAsync(() => Digest.TryParse(reference, out var digest)
            ? registry.Client.ReadVerifiedAsync(digest, deadline.Token)
            : registry.Client.ReadVerifiedAsync(reference, deadline.Token));
        registry.Rights.Add(manifest.Digest);
        var image = Inspected(reference, manifest);
        progress?.ImageRead();
        var results = await scanning.RunAsync(new RoundScans
        {
            Resource = resource,
            Name = ImageRecords.NameOf(resource.Metadata.Key),
            Registry = registry,
            Secrets = secrets,
            Images = [image],
            Statuses = [new StatusBuilder(before: null, new Dictionary<string, KnownImage>(), time.GetUtcNow()).Build(image)],
            Progress = progress,
        }, cancellationToken);
        return new NamedImageOutcome(results.Images[0])
        {
            Reports = await FindReportsAsync(resource, registry, image, cancellationToken),
            Platforms = [.. PlatformChooser.Choose(resource.Spec.Platforms, manifest.Digest, image.Details!).Whole],
        };
    }

    private static InspectedImage Inspected(string reference, VerifiedManifest manifest)
    {
        try
        {
            return new InspectedImage(VersionedTag.Read(reference)) { Digest = manifest.Digest, Details = ImageDetailsReader.ReadManifest(manifest) };
        }
        catch (JsonException invalid)
        {
            throw new RoundFailedException(new RoundFailure(ImageReasons.Of(invalid), ImageReasons.Sentence(invalid, reference)));
        }
    }

    private async Task<IReadOnlyList<Report>> FindReportsAsync(
        RegistryResource resource, OpenedRegistry registry, InspectedImage image, CancellationToken cancellationToken)
    {
        if (image is not { Digest: { } digest, Details: { } details }) return [];
        Digest[] manifests = [digest, .. details.PlatformDigests.Select(platform => Digest.Parse(platform.Digest))];
        var latest = new LatestReports(reports, registry, _ => true, time);
        var found = new List<Report>();
        foreach (var use in kinds.UsesOf(resource.Spec))
        {
            if (await latest.FindAsync(manifests, use.Kind, use.Scanner, cancellationToken) is { } report) found.Add(report);
        }

        return found;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Reference}: the scan ended by a fault")]
    private partial void LogFault(Exception? fault, string reference);
}
