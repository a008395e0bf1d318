using RegistryOperator.Abstractions.Provenance;
using RegistryOperator.Provenance.Tests.Support;
using RegistryOperator.Testing.Images;
using RegistryOperator.Tests.Pki;

namespace RegistryOperator.Provenance.Tests.Verdicts;

public sealed class ExpectationTests
{
    private static readonly TestKey Key = TestKey.Ecdsa();

    [Theory]
    [InlineData(Signed.Builder, "git+https://forge.test/team/app.git@refs/tags/v1", 2, null)]
    [InlineData("https://ci.test/builders/*", null, null, "The builder is https://ci.test/builders/app@v1, which is not expected.")]
    [InlineData(null, "https://forge.test/team/App", null, "The source repository is https://forge.test/team/app, which is not expected.")]
    [InlineData(null, null, 3, "SLSA level 2 is earned; level 3 is expected.")]
    public async Task Scan_VerifiedProvenance_IsComparedWithWhatIsExpected(string? builder, string? source, int? level, string? unmet)
    {
        await using var sandbox = await ScanSandbox.StartAsync();
        sandbox.Attach(Signed.BundleType, Signed.Bundle(Key, Signed.Provenance(sandbox.Image)));

        var result = await sandbox.ScanAsync(Expecting(builder, source, level));

        result.Expectations!.Unmet.ShouldBe(unmet is null ? [] : [unmet]);
        result.Expectations.AreMet.ShouldBe(unmet is null);
    }

    [Fact]
    public async Task Scan_ProvenanceThatIsNotVerified_MeetsNothingButItsLevel()
    {
        await using var sandbox = await ScanSandbox.StartAsync();
        sandbox.Attach(Signed.StatementType, Signed.Provenance(sandbox.Image));

        var result = await sandbox.ScanAsync(Expecting(Signed.Builder, Signed.Repository, 1));

        result.Expectations!.Unmet.ShouldBe(
        [
            "The builder is https://ci.test/builders/app@v1, as expected, but the provenance is not verified.",
            "The source repository is https://forge.test/team/app, as expected, but the provenance is not verified.",
        ]);
    }

    [Fact]
    public async Task Scan_NoProvenance_MeetsNothing()
    {
        await using var sandbox = await ScanSandbox.StartAsync();

        var result = await sandbox.ScanAsync(Expecting(Signed.Builder, Signed.Repository, 1));

        result.Expectations!.Unmet.Count.ShouldBe(3);
        result.Expectations.AreMet.ShouldBeFalse();
    }

    [Fact]
    public async Task Scan_NothingExpected_HasNoOutcome()
    {
        await using var sandbox = await ScanSandbox.StartAsync();

        (await sandbox.ScanAsync(ScanSandbox.Policy(Key.Pem))).Expectations.ShouldBeNull();
    }

    /// <summary>Whoever may call a shared workflow, or has another key of the policy, may have provenance of his own verified.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Scan_OneOfSeveralVerifiedMeetsAll_IsEnoughInEitherOrder(bool isLast)
    {
        await using var sandbox = await ScanSandbox.StartAsync();
        string[] both =
        [
            Signed.Envelope(Key, Signed.Provenance(sandbox.Image)),
            Signed.Envelope(Key, Signed.Provenance(sandbox.Image, "https://ci.test/builders/a", "https://forge.test/other")),
        ];
        sandbox.Attach(Signed.StatementType, string.Join('\n', isLast ? both.Reverse() : both));

        var result = await sandbox.ScanAsync(Expecting(Signed.Builder, Signed.Repository, 2));

        result.Expectations!.Unmet.ShouldBeEmpty();
        result.Provenance.Builder.ShouldBe(Signed.Builder);
    }

    /// <summary>Whoever may push can put a platform of his own beside a signed one.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Scan_OnePlatformOfTwoIsSigned_TheImageIsNot(bool isWholeImage)
    {
        await using var sandbox = await ScanSandbox.StartAsync();
        var arm = new ImageBuilder().WithPlatform("linux/arm64").WithLayer(new LayerFile("a", "arm64")).Build();
        var index = sandbox.Add("multi", new IndexBuilder().WithImage(sandbox.Image).WithImage(arm).Build());
        TestManifest about = isWholeImage ? index : sandbox.Image;
        sandbox.Attach(Signed.BundleType, Signed.Bundle(Key, Signed.Provenance(about)), about);

        var result = await sandbox.ScanAsync(sandbox.Request(Expecting(Signed.Builder, null, 2), index, [sandbox.Image, arm]));

        result.Provenance.IsSignatureVerified.ShouldBe(isWholeImage);
        result.Provenance.SlsaLevel.ShouldBe(isWholeImage ? 2 : 1);
        result.Expectations!.Unmet.ShouldBe(isWholeImage
            ? []
            : ["linux/arm64: The builder is not known: the image has no provenance.", "linux/arm64: SLSA level 0 is earned; level 2 is expected."]);
        (result.Verification!.Reason, result.Result).ShouldBe(isWholeImage ? (null, "Verified") : ("OtherPlatform", "NotVerified"));
    }

    [Fact]
    public async Task Scan_StatementOfSeveralPlatforms_CountsForEach()
    {
        await using var sandbox = await ScanSandbox.StartAsync();
        var (index, arm) = AddIndex(sandbox);
        sandbox.Attach(Signed.BundleType, Signed.Bundle(Key, Signed.About(Signed.Provenance(sandbox.Image), arm)), index);

        var result = await sandbox.ScanAsync(sandbox.Request(Expecting(Signed.Builder, null, 2), index, [sandbox.Image, arm]));

        (result.Provenance.IsSignatureVerified, result.Provenance.IsProvenanceVerified, result.Provenance.SlsaLevel).ShouldBe((true, true, 2));
        result.Expectations!.AreMet.ShouldBeTrue();
        result.Attestations.ShouldHaveSingleItem().Subjects.ShouldBe([sandbox.Image.Digest, arm.Digest]);
    }

    /// <summary>No platform is the weakest in all: one has no signature, another a provenance that is only claimed.</summary>
    [Fact]
    public async Task Scan_PlatformsWeakInOtherRespects_AreJudgedInEach()
    {
        await using var sandbox = await ScanSandbox.StartAsync();
        var (index, arm) = AddIndex(sandbox);
        sandbox.Attach(Signed.BundleType, Signed.Bundle(Key, Signed.Provenance(sandbox.Image, "https://ci.test/builders/other")), index);
        sandbox.Add(Signed.Tag(arm, ".sig"), Signed.Signature(Key, arm));
        sandbox.Attach(Signed.StatementType, Signed.Provenance(arm), index);

        var result = await sandbox.ScanAsync(sandbox.Request(Expecting(Signed.Builder, null, 2), index, [sandbox.Image, arm]));

        (result.Provenance.IsSignatureVerified, result.Provenance.IsProvenanceVerified, result.Provenance.SlsaLevel).ShouldBe((true, false, 1));
        result.Expectations!.Unmet.ShouldBe(
        [
            "linux/amd64: The builder is https://ci.test/builders/other, which is not expected.",
            "linux/arm64: The builder is https://ci.test/builders/app@v1, as expected, but the provenance is not verified.",
            "linux/arm64: SLSA level 1 is earned; level 2 is expected.",
        ]);
    }

    [Fact]
    public async Task Scan_UnmetInAllPlatforms_IsToldOnce()
    {
        await using var sandbox = await ScanSandbox.StartAsync();
        var (index, arm) = AddIndex(sandbox);

        var result = await sandbox.ScanAsync(sandbox.Request(Expecting(null, null, 2), index, [sandbox.Image, arm]));

        result.Expectations!.Unmet.ShouldBe(["SLSA level 0 is earned; level 2 is expected."]);
    }

    /// <summary>The reason of the platform that has no verified signature, not that of whatever else does not verify.</summary>
    [Theory]
    [InlineData(true, "SignatureInvalid", "linux/arm64: The signature does not verify")]
    [InlineData(false, "OtherPlatform", "Of the platforms of this image, linux/arm64 (")]
    public async Task Scan_PlatformWithoutAVerifiedSignature_SaysWhy(bool hasOne, string reason, string message)
    {
        await using var sandbox = await ScanSandbox.StartAsync();
        var (index, arm) = AddIndex(sandbox);
        sandbox.Add(Signed.Tag(sandbox.Image, ".sig"), Signed.Signature(Key, sandbox.Image));
        if (hasOne) sandbox.Add(Signed.Tag(arm, ".sig"), Signed.Signature(TestKey.Ecdsa(), arm));

        var result = await sandbox.ScanAsync(sandbox.Request(ScanSandbox.Policy(Key.Pem), index, [sandbox.Image, arm]));

        result.Provenance.IsSignatureVerified.ShouldBeFalse();
        result.Verification!.Reason.ShouldBe(reason);
        result.Verification.Message.ShouldStartWith(message);
    }

    private static (TestManifest Index, TestImage Arm) AddIndex(ScanSandbox sandbox)
    {
        var arm = new ImageBuilder().WithPlatform("linux/arm64").WithLayer(new LayerFile("a", "arm64")).Build();
        return (sandbox.Add("multi", new IndexBuilder().WithImage(sandbox.Image).WithImage(arm).Build()), arm);
    }

    private static VerificationPolicy Expecting(string? builder, string? source, int? level) => ScanSandbox.Policy(Key.Pem) with
    {
        Expectations = new ProvenanceExpectations
        {
            Builders = builder is null ? [] : [builder],
            SourceRepositories = source is null ? [] : [source],
            MinimumSlsaLevel = level,
        },
    };
}
