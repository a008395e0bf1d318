using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Host.Decisions;
using RegistryOperator.Host.Images;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Scans.Model;
using RegistryOperator.Host.Scans.Planning;

namespace RegistryOperator.Host.Explanations;

/// <summary>What an image is: by the registry, else by the last status, else by the report store.</summary>
internal sealed class ExplainedImage
{
    private readonly InspectedImage? _image;
    private readonly bool _isAsked;
    private readonly RegistrySpec _spec;
    private readonly bool _isRecorded;

    /// <param name="tag">The tag.</param>
    /// <param name="image">What the registry says; null where it was not asked.</param>
    /// <param name="last">What the last round knew.</param>
    /// <param name="spec">What the resource asks for.</param>
    public ExplainedImage(string tag, InspectedImage? image, LastRound last, RegistrySpec spec)
    {
        _spec = spec;
        _isAsked = image is not null;
        Status = last.StatusOf(tag);
        _image = image ?? (Status is null ? null : InspectedImage.FromStatus(Status));
        // What could not be read this time keeps its last details, as in a round.
        if (_image is { Details: null } && Status is { } before && (_image.Digest is null || _image.Digest.ToString() == before.Digest))
        {
            var kept = InspectedImage.FromStatus(before);
            _image = _image with { Digest = kept.Digest, Details = kept.Details };
        }

        Scanned = _image is { Details: not null } ? ScanImage.Of(_image, Status, spec) : null;
        var record = last.RecordOf(tag);
        if (Scanned is null && record is not null && (_image?.Digest is null || _image.Digest == record.Digest))
        {
            _isRecorded = true;
            ChosenPlatform[] platforms = [.. record.Platforms.Select(platform => new ChosenPlatform(platform.Key, platform.Value))];
            Scanned = new ScanImage(tag, new PlatformChoices(platforms, []), IsInUse: false) { Digest = record.Digest };
        }

        Tag = tag;
    }

    public string Tag { get; }

    /// <summary>Its last status; null where that is not given.</summary>
    public ImageStatus? Status { get; }

    /// <summary>As scanning sees it; null where nothing is known of it.</summary>
    public ScanImage? Scanned { get; }

    public Digest? Digest => _image?.Digest ?? Scanned?.Digest;

    /// <summary>Says what it is, and which platforms are scanned.</summary>
    public DecisionStep Explain()
    {
        var steps = _image is { Details: { Reason: null } details, Digest: { } digest } ? PlatformChooser.Explain(_spec.Platforms, digest, details) : [];
        if (_isRecorded)
        {
            steps = Scanned!.Platforms.Chosen.Select(platform => new DecisionStep(
                $"platform {platform.Name}", Decision.Pass("Chosen", $"The last scan has chosen it. Its manifest is {platform.Digest}.")));
        }

        return new DecisionStep("image", ExplainImage()) { Steps = [.. steps] };
    }

    private Decision ExplainImage()
    {
        var digest = Digest?.ToString();
        if (_image is { Reason: { } reason, Message: var message } && (!_isAsked || !_image.IsRead || _image.Details?.Reason is not null))
        {
            var kept = Scanned is not null && _image.Details?.Reason is null ? " What is known of it stays." : "";
            return Decision.Stop(reason, $"{message}{kept}").By("digest", digest);
        }

        return (_isAsked, Scanned) switch
        {
            (true, _) => Decision.Pass("Read", $"The {(Tag == digest ? "digest" : "tag")} names {_image!.Details!.MediaType}.").By("digest", digest),
            (false, not null) => Decision.Pass("Known", "What the last scan has read.").By("digest", digest),
            _ => Decision.Wait("NotKnown", "No scan has read it, and the registry is not asked."),
        };
    }
}
