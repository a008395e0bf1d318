using Microsoft.Extensions.Logging;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Plugins.Provenance.Attached;
using RegistryOperator.Plugins.Provenance.Options;
using RegistryOperator.Plugins.Provenance.Trust;
using RegistryOperator.Plugins.Provenance.Verdicts;

namespace RegistryOperator.Plugins.Provenance;

/// <summary>Finds, reads and verifies the signatures and attestations of an image; the verdicts are of one repository and one image.</summary>
internal sealed partial class ProvenanceScanner(
    AttachmentLister lister, PolicyReader policies, EvidenceJudge judge, ProvenanceOptions options, ILogger<ProvenanceScanner> logger) : IImageScanner
{
    private const string Name = "provenance";

    /// <inheritdoc/>
    // With other trusted builders the levels are others: what was judged before becomes due. So it does by a higher number, with other rules.
    public ScannerDescriptor Descriptor { get; } = new(Name, ScannerKind.Provenance, $"2{Suffix(options)}")
    {
        Description = "Signatures and build provenance of an image, verified with Sigstore's rules.",
        Subject = ScanSubject.Image,
        Scope = ScanScope.Repository,
    };

    /// <inheritdoc/>
    public ValueTask<ScannerReadiness> CheckReadinessAsync(CancellationToken cancellationToken) => ValueTask.FromResult(ScannerReadiness.Ready());

    /// <inheritdoc/>
    public async Task<ImageScanResult> ScanAsync(ImageScanRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var policy = policies.Read(request.VerificationPolicy, request.Secrets);
        var stored = await StoredEvidence.ReadAsync(request.Reports, Name, cancellationToken);
        var found = await lister.ListAsync(request, stored, cancellationToken);
        var contents = new ContentReader(request, stored, found);
        Digest[] image = [.. request.Platforms.Select(platform => platform.Digest).Prepend(request.Digest).Distinct()];
        var reader = new EvidenceReader(contents, image, request.OtherPlatforms);
        var evidence = await reader.ReadAsync(found.Attachments, cancellationToken);
        var verdicts = new List<Verdict>(evidence.Count);
        foreach (var one in evidence)
        {
            cancellationToken.ThrowIfCancellationRequested();
            verdicts.Add(judge.Judge(one, policy));
        }

        var listing = found.Listing with { Problems = contents.Problems };
        LogScanned(request.Repository.Name, request.Digest.ToString(), verdicts.Count, verdicts.Count(verdict => verdict.IsVerified), found.IsStored);
        ReportDocument[] documents = [new(Listing.MediaType, listing.Write()), .. contents.Contents];
        var builder = new ResultBuilder(request.Digest, request.Platforms, request.VerificationPolicy?.Expectations);
        return builder.Build(verdicts, LeftOut.Of(verdicts, listing), documents);
    }

    private static string Suffix(ProvenanceOptions options) => options.TrustedBuilders.SequenceEqual(BuiltInBuilders.All)
        ? ""
        : "-" + Digest.Compute(System.Text.Encoding.UTF8.GetBytes(string.Join('\n', options.TrustedBuilders))).Encoded[..12];

    [LoggerMessage(
        Level = LogLevel.Debug,
        Message = "{Repository}@{Digest} has {Found} signatures and attestations, {Verified} of them verified; from the last report: {IsStored}")]
    private partial void LogScanned(string repository, string digest, int found, int verified, bool isStored);
}
