using NSubstitute;
using RegistryOperator.Abstractions.Attachments;
using RegistryOperator.Abstractions.Provenance;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Secrets;
using RegistryOperator.Host.Decisions;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Kinds.Provenance;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Tests.Scans;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Tests.Kinds.Provenance;

public class ProvenanceKindTests
{
    private static readonly DateTimeOffset Time = DateTimeOffset.Parse("2026-01-02T03:04:05Z");
    private static readonly ScanProblem Gone = new(ScanReasons.NotFound, "gone");
    private static readonly BuildProvenance Built = new()
    {
        Builder = "https://github.com/actions/runner",
        SourceRepository = "https://github.com/team/app",
        SourceCommit = "0123abc",
        SlsaLevel = 3,
        IsSignatureVerified = true,
        IsProvenanceVerified = true,
    };

    private readonly ProvenanceKind _kind = new();
    private readonly IReportStore _store = Substitute.For<IReportStore>();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void UsesOf_Section_IsAsWrittenAndHasDefaults()
    {
        _kind.UsesOf(new RegistrySpec()).ShouldBeEmpty();
        _kind.UsesOf(new RegistrySpec { ProvenanceTracking = new ProvenanceTrackingSpec { Enabled = false } }).ShouldBeEmpty();
        _kind.UsesOf(new RegistrySpec { ProvenanceTracking = new ProvenanceTrackingSpec { Enabled = true } })
            .ShouldBe([new ScannerUse(ScannerKind.Provenance, "provenance", TimeSpan.FromHours(1), "spec.provenanceTracking.scanner")
            {
                OptionsField = "spec.provenanceTracking.options",
                SectionField = "spec.provenanceTracking.verification",
            }]);

        var section = new ProvenanceTrackingSpec { Enabled = true, Scanner = "in-house", ScanInterval = 60, Tags = ["1.0"] };
        var use = _kind.UsesOf(new RegistrySpec { ProvenanceTracking = section }).ShouldHaveSingleItem();
        (use.Scanner, use.Interval, use.Covers("1.0"), use.Covers("1.1")).ShouldBe(("in-house", TimeSpan.FromMinutes(1), true, false));
    }

    [Fact]
    public void Prepare_Verification_IsHandedToTheScanner()
    {
        var secret = new SecretKeySpec { Name = "cosign", Key = "cosign.pub" };
        var root = new TrustedRootSpec { SecretRef = secret };
        var verification = new VerificationSpec
        {
            Keys = [new VerificationKeySpec { Pem = "-----BEGIN PUBLIC KEY-----" }, new VerificationKeySpec { SecretRef = secret }],
            Keyless = [new KeylessIdentitySpec { Issuer = "https://issuer.example", IdentityPattern = ".*", TrustedRoot = root }],
            Expectations = new ExpectationsSpec { Builders = ["builder"], SourceRepositories = ["source"], MinimumSlsaLevel = 2 },
        };
        var section = new ProvenanceTrackingSpec { Enabled = true, Verification = verification };
        var use = _kind.UsesOf(new RegistrySpec { ProvenanceTracking = section }).ShouldHaveSingleItem();

        var policy = _kind.Prepare(ScanParts.Request(), use).VerificationPolicy!;

        var reference = new SecretKeyReference { Name = "cosign", Key = "cosign.pub" };
        policy.Keys.ShouldBe([new VerificationKey { Pem = "-----BEGIN PUBLIC KEY-----" }, new VerificationKey { SecretRef = reference }]);
        policy.Keyless.ShouldBe(
        [
            new KeylessIdentity
            {
                Issuer = "https://issuer.example", IdentityPattern = ".*", TrustedRoot = new TrustedRootReference { SecretRef = reference },
            },
        ]);
        (policy.Expectations!.Builders.Single(), policy.Expectations.SourceRepositories.Single(), policy.Expectations.MinimumSlsaLevel)
            .ShouldBe(("builder", "source", 2));
        _kind.Prepare(ScanParts.Request(), use with { Section = null }).VerificationPolicy.ShouldBeNull();
    }

    /// <summary>Scanners of all images compare who signed an image with who signed the one before it.</summary>
    [Theory]
    [InlineData(true, "ci@example.com", "https://issuer.example", null, "ci@example.com (https://issuer.example)")]
    [InlineData(true, "ci@example.com", null, null, "ci@example.com")]
    [InlineData(true, null, null, "sha256:0a", "sha256:0a")]
    [InlineData(true, null, null, null, null)]
    [InlineData(false, "ci@example.com", null, null, null)]
    public void ToProvenance_VerifiedSignature_SaysWhose(bool isVerified, string? identity, string? issuer, string? key, string? expected) =>
        ProvenanceSummary.Of(new ProvenanceScanResult
        {
            Result = "",
            Provenance = new BuildProvenance { IsSignatureVerified = isVerified },
            Verification = new SignatureVerification { Identity = identity, Issuer = issuer, Key = key },
        }).ToProvenance().SignedBy.ShouldBe(expected);

    [Fact]
    public async Task Show_AttestedImage_HasSignaturesVerificationAttestationsAndExpectations()
    {
        var manifest = ScanParts.DigestOf("attestation");
        var result = new ProvenanceScanResult
        {
            Result = "Verified",
            Provenance = Built with { SlsaLevel = 2, ClaimedSlsaLevel = 3, BuildType = "https://build.example/type" },
            Signatures = new SignatureCounts(2, 1),
            Verification = new SignatureVerification { Method = "keyless", Identity = "i\u202Ed", Issuer = "https://issuer.example", LoggedAt = Time },
            Expectations = new ExpectationOutcome(false, ["minimumSlsaLevel: 2 is earned, 3 is expected"]),
            Attestations =
            [
                new ImageAttestation { Type = "sbom", Digest = manifest, Source = AttachmentSource.CosignTag, Reason = "Unsigned", Message = "no" },
                new ImageAttestation
                {
                    Type = "provenance", PredicateType = "https://slsa.dev/provenance/v1", Digest = manifest, Subject = ScanParts.DigestOf("image"),
                    Source = AttachmentSource.ReferrersApi, IsVerified = true,
                },
            ],
        };

        var status = (await ShowAsync(result))!;

        (status.SlsaLevel, status.ClaimedSlsaLevel, status.BuildType).ShouldBe((2, 3, "https://build.example/type"));
        status.Signatures.ShouldBe(new SignatureCountsStatus { Found = 2, Verified = 1 });
        status.Verification.ShouldBe(new VerificationStatus { Method = "keyless", Identity = "i\uFFFDd", Issuer = "https://issuer.example", LoggedAt = Time });
        (status.Expectations!.Met, status.Expectations.Unmet.Single()).ShouldBe((false, "minimumSlsaLevel: 2 is earned, 3 is expected"));
        status.Attestations.ShouldBe(
        [
            new AttestationStatus
            {
                Type = "provenance", PredicateType = "https://slsa.dev/provenance/v1", Digest = manifest.ToString(),
                Subject = ScanParts.DigestOf("image").ToString(), Source = "ReferrersApi", Verified = true,
            },
            new AttestationStatus { Type = "sbom", Digest = manifest.ToString(), Source = "CosignTag", Reason = "Unsigned" },
        ]);
    }

    [Fact]
    public async Task Show_ManyAttestations_AreTheFirstTwentyAndCutAsAWhole()
    {
        var one = new ImageAttestation { Type = "sbom", Digest = ScanParts.DigestOf("a"), Source = AttachmentSource.ReferrersApi };
        var result = new ProvenanceScanResult { Result = "", Provenance = Built, Attestations = [.. Enumerable.Repeat(one, 30)] };

        var image = new ImageStatus { Provenance = await ShowAsync(result) };

        image.Provenance!.Attestations.Count.ShouldBe(20);
        var cut = _kind.Cuts.ShouldHaveSingleItem();
        (cut.Name, cut.Count(image), cut.Count(cut.Cut(image))).ShouldBe(("attestations", 20, 0));
    }

    [Fact]
    public void Read_Report_TellsWhyOfEachAttestationAndHowManyAreLeftOut()
    {
        var message = new string('m', 300) + "\u202E";
        var one = new ImageAttestation
        {
            Type = "sbom",
            Digest = ScanParts.DigestOf("a"),
            Source = AttachmentSource.CosignTag,
            Reason = "Unsigned",
            Message = message,
        };
        var result = new ProvenanceScanResult
        {
            Result = "",
            Provenance = Built,
            Signatures = new SignatureCounts(3, 1),
            Expectations = new ExpectationOutcome(true, []),
            Attestations = [.. Enumerable.Repeat(one, 70)],
        };

        var found = _kind.Read(Report(result));

        (found.Signed, found.SlsaLevel, found.Builder, found.SourceRepo, found.SourceCommit, found.LeftOut)
            .ShouldBe((true, 3, Built.Builder, Built.SourceRepository, Built.SourceCommit, 6));
        (found.Signatures!.Verified, found.Expectations!.Met, found.Attestations.Count).ShouldBe((1, true, 64));
        found.Attestations[0].ShouldBe(
            new AttachedEvidence("sbom", null, ScanParts.DigestOf("a").ToString(), null, "CosignTag", false)
            {
                Reason = "Unsigned",
                Message = new string('m', 300) + '\uFFFD',
            });
        _kind.Read(Report(Built)).ShouldSatisfyAllConditions(bare => bare.LeftOut.ShouldBeNull(), bare => bare.Attestations.ShouldBeEmpty());
    }

    [Fact]
    public void AskFor_Resource_KeepsItsAccessAndScannerAndAsksForNothingElse()
    {
        var spec = new RegistrySpec
        {
            Url = "https://registry.test",
            Repository = "team/app",
            CredentialsSecret = new CredentialsSecretSpec { Name = "pull" },
            CaSecret = new CaSecretSpec { Name = "ca" },
            InsecureSkipVerify = true,
            Platforms = ["all"],
            VulnerabilityScanning = new VulnerabilityScanningSpec { Enabled = true },
            Scanners = [new CustomScannerSpec { Name = "licences" }],
            ProvenanceTracking = new ProvenanceTrackingSpec { Enabled = false, Scanner = "in-house", Tags = ["1.0"], Verification = new VerificationSpec() },
        };
        var verification = new VerificationSpec { Keys = [new VerificationKeySpec { Pem = "pem" }] };

        var asked = _kind.AskFor(spec, verification);

        var use = ScanKinds.Create().UsesOf(asked).ShouldHaveSingleItem();
        (use.Scanner, use.Covers("2.0")).ShouldBe(("in-house", true));
        ((VerificationPolicy)use.Section!).Keys.ShouldHaveSingleItem().Pem.ShouldBe("pem");
        (asked.Url, asked.Repository, asked.CredentialsSecret!.Name, asked.CaSecret!.Name, asked.InsecureSkipVerify, asked.Platforms.Single())
            .ShouldBe((spec.Url, spec.Repository, "pull", "ca", true, "all"));
        _kind.VerificationOf(spec).ShouldBe(spec.ProvenanceTracking.Verification);
    }

    [Fact]
    public void Summarize_AnotherResult_IsInvalid()
    {
        var failure = Should.Throw<ScanException>(() => _kind.Summarize(ScanParts.Passed, "in-house"));

        (failure.Reason, failure.Message).ShouldBe((ScanReasons.InvalidContent, "in-house is of kind provenance but does not return a ProvenanceScanResult."));
    }

    [Fact]
    public async Task Show_Result_FillsEveryField()
    {
        var status = (await ShowAsync(Found(Built), new ImageStatus { Digest = "sha256:index" }))!;

        (status.Builder, status.SourceRepo, status.SourceCommit).ShouldBe((Built.Builder, Built.SourceRepository, Built.SourceCommit));
        (status.SlsaLevel, status.Signed, status.LastCheckTime, status.Scanner).ShouldBe((3, true, Time, "in-house"));
        (status.Reason, status.Message, status.Missing.Count).ShouldBe((null, null, 0));
        status.ReportDigests.ShouldBe([ScanParts.DigestOf("image").ToString()]);
    }

    [Fact]
    public async Task Show_NothingKnown_IsFalseAndWithoutALevel()
    {
        var status = (await ShowAsync(Found(new BuildProvenance { Builder = " " })))!;

        (status.Builder, status.SourceRepo, status.SourceCommit, status.SlsaLevel, status.Signed).ShouldBe((null, null, null, null, false));
    }

    [Fact]
    public async Task Show_StrangersWords_AreCleanAndCut()
    {
        var status = (await ShowAsync(Found(new BuildProvenance { Builder = "\u001b[31mbuilder\u202E", SourceCommit = new string('c', 300) })))!;

        status.Builder.ShouldBe("\uFFFD[31mbuilder\uFFFD");
        status.SourceCommit!.Length.ShouldBe(200);
    }

    [Fact]
    public async Task Show_FailedAnew_KeepsTheLastResultAndSaysWhy()
    {
        var had = new ImageStatus { Provenance = new ProvenanceStatus { Builder = "ci", SlsaLevel = 2 } };

        var status = (await ShowAsync(new ScannerFindings { Use = Use, Reports = [], Missing = [], Problem = Gone }, had))!;

        (status.Builder, status.SlsaLevel, status.Reason, status.Message).ShouldBe(("ci", 2, ScanReasons.NotFound, "gone"));
    }

    [Fact]
    public async Task Show_NotLookedAtYet_IsWhatItWas()
    {
        var findings = new ScannerFindings { Use = Use, Reports = [], Missing = [] };

        (await ShowAsync(findings)).ShouldBeNull();
        (await ShowAsync(findings, new ImageStatus { Provenance = new ProvenanceStatus { Builder = "ci" } }))!.Builder.ShouldBe("ci");
    }

    [Fact]
    public async Task Show_SwitchedOff_HasNoSection() =>
        (await _kind.ShowAsync(new ImageStatus { Provenance = new ProvenanceStatus { Builder = "ci" } }, [], new RegistrySpec(), _store, Cancel))
            .Provenance.ShouldBeNull();

    [Theory]
    [InlineData(3, true, null, "SLSA 3, signed")]
    [InlineData(0, false, null, "SLSA 0, not verified")]
    [InlineData(null, false, "NotFound", "no SLSA level, not verified (NotFound)")]
    public void Column_Result_SaysLevelAndSignature(int? level, bool isSigned, string? reason, string cell)
    {
        var image = new ImageStatus { Provenance = new ProvenanceStatus { SlsaLevel = level, Signed = isSigned, LastCheckTime = Time, Reason = reason } };

        var column = _kind.ColumnsOf([image, new ImageStatus()]).ShouldHaveSingleItem();

        (column.Header, column.CellOf(image).Text, column.CellOf(new ImageStatus()).Text).ShouldBe(("PROVENANCE", cell, ""));
        column.CellOf(new ImageStatus { Provenance = new ProvenanceStatus { Reason = "TimedOut" } }).Text.ShouldBe("TimedOut");
        _kind.ColumnsOf([new ImageStatus()]).ShouldBeEmpty();
    }

    [Fact]
    public async Task View_Report_IsALine()
    {
        (await _kind.ViewAsync(Report(Built), _store, Cancel)).Line
            .ShouldBe("SLSA 3, signed, built by https://github.com/actions/runner, from https://github.com/team/app@0123abc");
        (await _kind.ViewAsync(Report(new BuildProvenance()), _store, Cancel)).Line.ShouldBe("no SLSA level, not verified");
    }

    [Fact]
    public async Task View_ProvenanceThatIsNotVerified_IsAClaimAlsoBesideASignature() =>
        (await _kind.ViewAsync(Report(Built with { IsProvenanceVerified = false }), _store, Cancel)).Line
            .ShouldBe("SLSA 3, signed, claimed: built by https://github.com/actions/runner, from https://github.com/team/app@0123abc");

    [Fact]
    public async Task View_NotSigned_SaysWhyAndWhatIsNotAsExpected()
    {
        var view = await _kind.ViewAsync(Report(NotSigned), _store, Cancel);

        view.Line.ShouldBe("SLSA 0, not verified");
        view.Notes.ShouldBe(["not verified: SignatureInvalid: by another key", "not as expected: No builder. No source."]);
        (await _kind.ViewAsync(Report(Built), _store, Cancel)).Notes.ShouldBeEmpty();
    }

    [Fact]
    public void Explain_NotSigned_SaysWhy()
    {
        var step = _kind.Explain(Report(NotSigned), Use).Single(one => one.Name == "signed");

        (step.Decision.Effect, step.Decision.Outcome, step.Decision.Sentence).ShouldBe((DecisionEffect.Waits, "SignatureInvalid", "by another key"));
    }

    private static ProvenanceScanResult NotSigned { get; } = new()
    {
        Result = "NotVerified",
        Provenance = new BuildProvenance { SlsaLevel = 0 },
        Verification = new SignatureVerification { Reason = "SignatureInvalid", Message = "by another key" },
        Expectations = new ExpectationOutcome(AreMet: false, ["No builder.", "No source."]),
    };

    private static ScannerUse Use => ScanParts.Use(ScannerKind.Provenance, "in-house");

    private ScannerFindings Found(BuildProvenance provenance) => new() { Use = Use, Reports = [Report(provenance)], Missing = [] };

    private Report Report(BuildProvenance provenance) => Report(new ProvenanceScanResult { Result = "Found", Provenance = provenance });

    private Report Report(ProvenanceScanResult result)
    {
        var summary = _kind.Summarize(result, "in-house").Json;
        return ScanParts.Report(new ReportKey(ScanParts.DigestOf("image"), ScannerKind.Provenance, "in-house", ""), Time, summary: summary.ToArray());
    }

    private Task<ProvenanceStatus?> ShowAsync(ProvenanceScanResult result) =>
        ShowAsync(new ScannerFindings { Use = Use, Reports = [Report(result)], Missing = [] });

    private async Task<ProvenanceStatus?> ShowAsync(ScannerFindings findings, ImageStatus? image = null) =>
        (await _kind.ShowAsync(image ?? new ImageStatus(), [findings], new RegistrySpec(), _store, Cancel)).Provenance;
}
