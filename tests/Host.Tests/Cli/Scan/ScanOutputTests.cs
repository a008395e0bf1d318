using CsCheck;
using RegistryOperator.Host.Cli;
using RegistryOperator.Host.Cli.Output;
using RegistryOperator.Host.Cli.Scan;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Tests.Scans;
using RegistryOperator.Host.Tests.Text;

namespace RegistryOperator.Host.Tests.Cli.Scan;

/// <summary>How a status looks to people, without a scan.</summary>
public class ScanOutputTests
{
    private static readonly ImageStatus Whole = new()
    {
        Tag = "1.0.0",
        Digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        Size = 787_456,
        Platforms = ["linux/amd64", "linux/arm64"],
        Config = new ImageConfigStatus { LayerCount = 4, BaseImage = "docker.io/library/debian:12" },
        Timestamps = new ImageTimestampsStatus { Age = "45d" },
    };

    [Fact]
    public void Write_AllThatAStatusCanSay_IsThatOfTheGoldenFile()
    {
        var status = new RegistryStatus
        {
            LastScanStatus = "Failed",
            Message = "1 of 4 images were not read.",
            Tags = new TagCountsStatus { Found = 9, SkippedSignatures = 1, Excluded = 3, Limited = 2 },
            Truncated = new TruncationStatus { Message = "2 labels were left out." },
            Images =
            [
                Whole with
                {
                    Vulnerabilities = new VulnerabilitiesStatus { Total = 15, Critical = 1, High = 2, Medium = 3, Low = 4, Unknown = 5, EndOfLife = true },
                    Sbom = new SbomStatus { TotalPackages = 13 },
                    Scans = new Dictionary<string, CustomScanStatus>
                    {
                        ["licences"] = new() { Result = "Passed" },
                        ["age"] = new() { Reason = "Failed", Message = "It failed." },
                    },
                },
                Whole with
                {
                    Tag = "0.9.0",
                    Platforms = ["linux/amd64", "linux/arm64", "linux/arm/v7", "linux/s390x", "windows/amd64"],
                    Vulnerabilities = new VulnerabilitiesStatus { Total = 0, Reason = "Stale", Message = "Not since yesterday." },
                    Sbom = new SbomStatus { Reason = "Failed", Message = "It failed." },
                    Scans = new Dictionary<string, CustomScanStatus>
                    {
                        ["licences"] = new() { Result = "Failed", Reason = "Stale", Message = "Not since yesterday." },
                    },
                },
                Whole with
                {
                    Tag = "0.8.0",
                    Platforms = ["a/1", "b/2", "c/3"],
                    Vulnerabilities = new VulnerabilitiesStatus { Reason = "Filtered", Message = "Not asked for." },
                },
                new ImageStatus { Tag = "chart", Reason = "NotAnImage", Message = "An artifact." },
            ],
        };

        Write(status).ShouldMatch("scan-table.txt", "/no-root");
    }

    [Fact]
    public void Write_ProvenanceThatIsNotVerified_SaysWhyBelowTheTable()
    {
        ImageStatus Image(string tag, bool isSigned, string? reason = null, params string[] unmet) => new()
        {
            Tag = tag,
            Provenance = new ProvenanceStatus
            {
                SlsaLevel = isSigned ? 2 : 0,
                Signed = isSigned,
                LastCheckTime = DateTimeOffset.UnixEpoch,
                Verification = reason is null ? null : new VerificationStatus { Reason = reason, Message = $"The sentence of {reason}." },
                Expectations = unmet.Length == 0 ? null : new ExpectationsStatus { Met = false, Unmet = unmet },
            },
        };

        Write(new RegistryStatus
        {
            LastScanStatus = "Success",
            Images =
            [
                Image("1.0", isSigned: true), Image("1.1", isSigned: false, "Unsigned"), Image("1.2", isSigned: false, "Unsigned"),
                Image("1.3", isSigned: false, "KeyMismatch"), Image("1.4", isSigned: true, null, "The builder is another."),
                // Of a signature beside a verified one.
                Image("1.5", isSigned: true, "KeyMismatch"), new ImageStatus { Tag = "1.6", Provenance = new ProvenanceStatus { Reason = "Filtered" } },
            ],
        }).ShouldMatch("scan-provenance.txt", "/no-root");
    }

    [Theory]
    [InlineData(0L, "0 B")]
    [InlineData(1023L, "1023 B")]
    [InlineData(1024L, "1.0 KiB")]
    [InlineData(1536L, "1.5 KiB")]
    [InlineData(1048576L, "1.0 MiB")]
    [InlineData(1073741824L, "1.0 GiB")]
    [InlineData(1099511627776L, "1.0 TiB")]
    [InlineData(1125899906842624L, "1024.0 TiB")]
    public void Write_Size_IsInItsUnit(long bytes, string expected) => Cells(Whole with { Size = bytes })[3].ShouldBe(expected);

    [Theory]
    [InlineData("sha256:0123456789abcdef", "0123456789ab")]
    [InlineData("sha256:0123456789ab", "0123456789ab")]
    [InlineData("sha256:0123", "0123")]
    [InlineData("0123456789abcdef", "0123456789ab")]
    [InlineData(null, "")]
    public void Write_Digest_IsShort(string? digest, string expected) => Cells(Whole with { Digest = digest })[1].ShouldBe(expected);

    [Theory]
    [InlineData("", "")]
    [InlineData("a", "a")]
    [InlineData("a,b,c", "a, b, c")]
    [InlineData("a,b,c,d", "a, b, c +1")]
    [InlineData("a,b,c,d,e", "a, b, c +2")]
    public void Write_Platforms_AreThreeAtMost(string platforms, string expected) =>
        Cells(Whole with { Platforms = platforms.Length == 0 ? [] : platforms.Split(',') })[2].ShouldBe(expected);

    [Theory]
    [InlineData(0, 0, 0, 0, "Success  0 tags")]
    [InlineData(1, 0, 0, 0, "Success  1 tag")]
    [InlineData(2, 1, 0, 0, "Success  2 tags, 1 signature or referrer tag skipped")]
    [InlineData(2, 2, 1, 3, "Success  2 tags, 2 signature or referrer tags skipped, 1 excluded, 3 beyond the limit")]
    public void Write_Counts_NameWhatWasLeftOut(int found, int signatures, int excluded, int limited, string expected) =>
        Write(new RegistryStatus
        {
            LastScanStatus = "Success",
            Tags = new TagCountsStatus { Found = found, SkippedSignatures = signatures, Excluded = excluded, Limited = limited },
        }).Split('\n')[1].ShouldBe(expected);

    [Theory]
    [InlineData(1, 1, "[31m1 critical, 1 high")]
    [InlineData(0, 1, "[33m1 high")]
    [InlineData(0, 0, " none ")]
    public void Write_Vulnerabilities_HaveTheColourOfTheWorst(int critical, int high, string expected)
    {
        var image = Whole with { Vulnerabilities = new VulnerabilitiesStatus { Total = critical + high, Critical = critical, High = high } };
        Write(new RegistryStatus { Images = [image] }, hasColors: true).ShouldContain(expected);
    }

    [Theory]
    [InlineData("Success", "[32mSuccess")]
    [InlineData("Failed", "[31mFailed")]
    public void Write_Outcome_HasItsColour(string outcome, string expected) =>
        Write(new RegistryStatus { LastScanStatus = outcome }, hasColors: true).ShouldContain(expected);

    [Fact]
    public void Write_StrangersWordsEverywhere_NeverReachTheTerminalRaw() => TerminalTextTests.AnyText.Sample(text =>
    {
        var status = new RegistryStatus
        {
            LastScanStatus = text,
            Message = text,
            Truncated = new TruncationStatus { Message = text },
            Images =
            [
                new ImageStatus
                {
                    Tag = text,
                    Digest = text,
                    Reason = text,
                    Message = text,
                    Platforms = [text],
                    Timestamps = new ImageTimestampsStatus { Age = text },
                    Vulnerabilities = new VulnerabilitiesStatus { Reason = text, Message = text },
                    Sbom = new SbomStatus { TotalPackages = 1, Reason = text, Message = text },
                    Scans = new Dictionary<string, CustomScanStatus> { [text + "x"] = new() { Result = text, Reason = text, Message = text } },
                },
                new ImageStatus { Tag = text, Config = new ImageConfigStatus { BaseImage = text } },
            ],
        };

        foreach (var width in (int?[])[null, 20, 80, 300])
        {
            var output = Write(status, width: width, name: text);
            TerminalTextTests.ShouldBeHarmless(output);
            output.ShouldContain("DIGEST");
        }
    });

    [Theory]
    [InlineData(OutputOption.Json)]
    [InlineData(OutputOption.Yaml)]
    public void Write_StrangersWordsForPrograms_AreEscaped(string format) => TerminalTextTests.AnyText.Sample(text =>
    {
        var image = new ImageStatus
        {
            Tag = text,
            Config = new ImageConfigStatus { Labels = new Dictionary<string, string> { [text + "x"] = text } },
        };
        var status = new RegistryStatus { Message = text, Images = [image] };

        Write(status, format: format).ShouldAllBe(character => character == '\n' || !char.IsControl(character));
    });

    private static string[] Cells(ImageStatus image) =>
        [.. Write(new RegistryStatus { Images = [image] }).Split('\n')[5].Split('│')[1..^1].Select(cell => cell.Trim())];

    private static string Write(RegistryStatus status, int? width = null, bool hasColors = false, string name = "api", string format = ScanOutput.Table)
    {
        var output = new StringWriter();
        var terminal = new Terminal
        {
            In = TextReader.Null,
            Out = output,
            Error = TextWriter.Null,
            ShowsProgress = false,
            Width = width,
            HasColors = hasColors,
        };
        var resource = new RegistryResource
        {
            Metadata = new() { Name = name, Namespace = "shop" },
            Spec = new RegistrySpec { Url = "https://registry.example.com/", Repository = "shop/api" },
            Status = status,
        };
        ScanOutput.Write(format, [resource], terminal, ScanParts.Kinds);
        return output.ToString();
    }
}
