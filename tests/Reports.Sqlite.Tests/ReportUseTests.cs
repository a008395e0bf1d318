using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Tests.ReportStores;
using RegistryOperator.Tests.ReportStores.Contract;
using static RegistryOperator.Tests.ReportStores.SampleReports;

namespace RegistryOperator.Reports.Sqlite.Tests;

/// <summary>The contract, and that the file is not written where nothing is new.</summary>
public sealed class ReportUseTests : ReportUseContract<ReportSandbox>
{
    [Fact]
    public async Task SetUsesAsync_SameAgain_WritesNothing()
    {
        var digests = Enumerable.Range(0, 50).Select(number => Image($"image {number}")).ToArray();
        await Store.SetImagesAsync(Shop, [.. digests.Select((digest, number) => Tagged($"1.{number}", digest))], Token);
        foreach (var digest in digests) await Store.SaveAsync(New(digest, ScannerKind.Sbom, "syft", "") with { Packages = [Package("bash", "5")] }, Token);
        // One of them has no report yet, and another image is not read this time.
        ReportKey[] keys = [.. digests.Append(Image("later")).Select(digest => New(digest, ScannerKind.Sbom, "syft", "").Report.Key)];
        var uses = ReportUses.None with { Keys = keys, Seen = digests.ToHashSet() };
        await Store.SetUsesAsync(Shop, uses, Token);
        var before = new FileInfo(Sandbox.File + "-wal").Length;

        await Store.SetUsesAsync(Shop, uses, Token);
        await Store.SetUsesAsync(Shop, uses with { Keys = [.. keys.Skip(1)], Seen = new HashSet<Digest>() }, Token);
        await Store.SetUsesAsync(Shop, ReportUses.None, Token);

        new FileInfo(Sandbox.File + "-wal").Length.ShouldBe(before);
        (await Store.FindUsesAsync(Shop, Token)).Count.ShouldBe(50);
    }
}
