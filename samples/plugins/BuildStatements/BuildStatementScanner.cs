using System.Text.Json;
using RegistryOperator.Abstractions.Attachments;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Provenance;
using RegistryOperator.Abstractions.Scanning;

namespace BuildStatements;

/// <summary>What an image's build says of itself: SLSA provenance that is attached as an in-toto statement, as by BuildKit. It verifies no signature.</summary>
public sealed class BuildStatementScanner : IImageScanner
{
    /// <summary>Files of statements (<see href="https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md"/>).</summary>
    private const string StatementMediaType = "application/vnd.in-toto+json";

    /// <summary>Anyone who may push can attach anything.</summary>
    private const int MaximumStatement = 4 * 1024 * 1024;

    /// <summary>There is provenance, and anyone may have written it
    /// (<see href="https://slsa.dev/spec/v1.0/levels#build-l1-provenance-exists"/>).</summary>
    private const int LevelOfUnsigned = 1;

    public ScannerDescriptor Descriptor { get; } = new("build-statement", ScannerKind.Provenance, "1.0.0")
    {
        Description = "What an image's build says of itself, unverified.",
        Scope = ScanScope.Repository,
    };

    public ValueTask<ScannerReadiness> CheckReadinessAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(ScannerReadiness.Ready());
    }

    public async Task<ImageScanResult> ScanAsync(ImageScanRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Attachments is not { } attachments) throw new ScanException(ScanReasons.ScannerUnavailable, "The host does not look for attachments.");
        var list = await attachments.ListAsync(cancellationToken);
        foreach (var attachment in list.Attachments.Where(attachment => attachment.Subject == request.Digest))
        {
            foreach (var content in await ReadStatementsAsync(request, attachments, attachment, cancellationToken))
            {
                if (BuildStatement.Find(content, request.Digest) is not { } found) continue;
                return new ProvenanceScanResult
                {
                    Result = "Stated",
                    Provenance = found with { SlsaLevel = LevelOfUnsigned, IsSignatureVerified = false },
                    Documents = [new ReportDocument(StatementMediaType, content)],
                };
            }
        }

        // Where a place could not be looked at, level 0 would be a guess.
        return list.Problem is { } problem
            ? throw ScanException.From(problem)
            : new ProvenanceScanResult { Result = "None", Provenance = new BuildProvenance { SlsaLevel = 0 } };
    }

    private static async Task<List<ReadOnlyMemory<byte>>> ReadStatementsAsync(
        ImageScanRequest request, IImageAttachments attachments, ImageAttachment attachment, CancellationToken cancellationToken)
    {
        if (MediaTypes.IsIndex(attachment.Descriptor.MediaType)) return [];
        var manifest = await attachments.ReadManifestAsync(attachment, cancellationToken);
        var statements = new List<ReadOnlyMemory<byte>>();
        try
        {
            foreach (var file in (manifest.ReadImageManifest().Layers ?? []).Where(file => file.MediaType == StatementMediaType))
                statements.Add(await request.Client.ReadBlobAsync(file, MaximumStatement, cancellationToken));
        }
        catch (JsonException)
        {
            // Something else is attached, too.
        }

        return statements;
    }
}
