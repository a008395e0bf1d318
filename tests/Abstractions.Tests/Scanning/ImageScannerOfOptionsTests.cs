using NSubstitute;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;

namespace RegistryOperator.Abstractions.Tests.Scanning;

public class ImageScannerOfOptionsTests
{
    private static readonly ImageScanRequest Request = new()
    {
        Repository = new RepositoryReference(new Uri("https://registry.example"), "team/app"),
        Digest = Digest.Compute("image"u8),
        Platform = Platform.Parse("linux/amd64"),
        Client = Substitute.For<IRegistryClient>(),
    };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ScanAsync_CalledByTheHost_HandsTheOptionsOverInTheirType() =>
        (await Scan(Request with { Options = new OwnerOptions { Owner = "ann" } })).Result.ShouldBe("ann");

    [Fact]
    public async Task ScanAsync_NoOptions_HasTheDefaults() => (await Scan(Request)).Result.ShouldBe("nobody");

    [Fact]
    public async Task ScanAsync_OptionsOfAnotherType_SaysWhatToMend()
    {
        var error = await Should.ThrowAsync<ArgumentException>(() => Scan(Request with { Options = "ann" }));

        error.Message.ShouldStartWith("The options are of type String: set OptionsType in the descriptor to OwnerOptions.");
    }

    // As the host knows it.
    private static Task<ImageScanResult> Scan(ImageScanRequest request)
    {
        IImageScanner scanner = new OwnerScanner();
        return scanner.ScanAsync(request, Stop);
    }

    private sealed record OwnerOptions
    {
        public string Owner { get; init; } = "nobody";
    }

    private sealed class OwnerScanner : IImageScanner<OwnerOptions>
    {
        public ScannerDescriptor Descriptor { get; } = new("owner", ScannerKind.Custom, "1") { OptionsType = typeof(OwnerOptions) };

        public ValueTask<ScannerReadiness> CheckReadinessAsync(CancellationToken cancellationToken) => ValueTask.FromResult(ScannerReadiness.Ready());

        public Task<ImageScanResult> ScanAsync(ImageScanRequest request, OwnerOptions options, CancellationToken cancellationToken)
        {
            cancellationToken.ShouldBe(Stop);
            return Task.FromResult(new ImageScanResult { Result = options.Owner });
        }
    }
}
