using System.Text.Json;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Host.Images;

namespace RegistryOperator.Host.Tests.Images;

public class ImageConfigReaderTests
{
    private static readonly DateTimeOffset FirstCredible = new(2013, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("label", "annotation", "label")]
    [InlineData("label", null, "label")]
    [InlineData("", "annotation", "annotation")]
    [InlineData(null, "annotation", "annotation")]
    [InlineData(null, "", null)]
    [InlineData(null, null, null)]
    public void Read_BaseImage_IsTheLabelsElseTheAnnotations(string? label, string? annotation, string? expected)
    {
        var status = ImageConfigReader.Read(
            Manifest(AnnotationKeys.BaseName, annotation),
            new ImageConfiguration { Config = new ContainerConfiguration { Labels = Map(AnnotationKeys.BaseName, label) } });

        status.BaseImage.ShouldBe(expected);
        status.Author.ShouldBeNull();
    }

    [Theory]
    [InlineData("config", "label", "annotation", "config")]
    [InlineData("", "label", "annotation", "label")]
    [InlineData(null, "", "annotation", "annotation")]
    [InlineData(null, null, null, null)]
    public void Read_Author_IsTheConfigurationsElseTheLabelsElseTheAnnotations(string? author, string? label, string? annotation, string? expected)
    {
        var status = ImageConfigReader.Read(
            Manifest(AnnotationKeys.Authors, annotation),
            new ImageConfiguration { Author = author, Config = new ContainerConfiguration { Labels = Map(AnnotationKeys.Authors, label) } });

        status.Author.ShouldBe(expected);
        status.BaseImage.ShouldBeNull();
    }

    [Fact]
    public void Read_NoContainerConfiguration_IsEmptyAndNotNull()
    {
        var status = ImageConfigReader.Read(new ImageManifest(), new ImageConfiguration());

        status.User.ShouldBeNull();
        status.WorkDir.ShouldBeNull();
        status.Entrypoint.ShouldBeEmpty();
        status.Cmd.ShouldBeEmpty();
        status.ExposedPorts.ShouldBeEmpty();
        status.EnvVars.ShouldBeEmpty();
        status.Labels.ShouldBeEmpty();
        status.LayerCount.ShouldBe(0);
    }

    [Fact]
    public void Read_EmptyTexts_AreLeftOut()
    {
        var status = ImageConfigReader.Read(
            new ImageManifest(), new ImageConfiguration { Author = "", Config = new ContainerConfiguration { User = "", WorkingDirectory = "" } });

        (status.User, status.WorkDir, status.Author).ShouldBe((null, null, null));
    }

    [Theory]
    [InlineData("PATH=/bin", "PATH")]
    [InlineData("TOKEN=a=b=c", "TOKEN")]
    [InlineData("EMPTY=", "EMPTY")]
    [InlineData("BARE", "BARE")]
    [InlineData("=C:=C:\\secret", null)]
    [InlineData("", null)]
    public void Read_Variable_IsItsNameAlone(string variable, string? name) =>
        ImageConfigReader.Read(new ImageManifest(), new ImageConfiguration { Config = new ContainerConfiguration { Environment = [variable] } })
            .EnvVars.ShouldBe(name is null ? [] : [name]);

    [Fact]
    public void Read_Ports_AreInOrdinalOrder()
    {
        var ports = new[] { "9000/tcp", "53/udp", "443/tcp", "53/tcp" }.ToDictionary(port => port, _ => default(JsonElement));

        ImageConfigReader.Read(new ImageManifest(), new ImageConfiguration { Config = new ContainerConfiguration { ExposedPorts = ports } })
            .ExposedPorts.ShouldBe(["443/tcp", "53/tcp", "53/udp", "9000/tcp"]);
    }

    [Fact]
    public void Read_CommandsAndVariables_KeepTheirOrder()
    {
        var status = ImageConfigReader.Read(new ImageManifest(), new ImageConfiguration
        {
            Config = new ContainerConfiguration
            {
                Entrypoint = ["z", "a"],
                Command = ["y", "b"],
                Environment = ["X=1", "C=2"],
                User = "u",
                WorkingDirectory = "/w",
            },
        });

        status.Entrypoint.ShouldBe(["z", "a"]);
        status.Cmd.ShouldBe(["y", "b"]);
        status.EnvVars.ShouldBe(["X", "C"]);
        (status.User, status.WorkDir).ShouldBe(("u", "/w"));
    }

    /// <summary>Reproducible builds write the epoch or the year 1: no time. Anything from the next day on is one.</summary>
    [Theory]
    [InlineData(0, true)]
    [InlineData(-1, false)]
    public void Created_BeforeThereWereContainers_IsNotCredible(int ticks, bool isCredible)
    {
        var time = FirstCredible.AddTicks(ticks);
        DateTimeOffset? expected = isCredible ? time : null;

        ImageConfigReader.Created(new ImageManifest(), new ImageConfiguration { Created = time }).ShouldBe(expected);
        ImageConfigReader.Created(Manifest(AnnotationKeys.Created, time.ToString("O")), new ImageConfiguration()).ShouldBe(expected);
    }

    [Fact]
    public void Created_BothSayWhen_IsTheConfigurations()
    {
        var manifest = Manifest(AnnotationKeys.Created, "2024-05-01T00:00:00Z");

        ImageConfigReader.Created(manifest, new ImageConfiguration { Created = FirstCredible }).ShouldBe(FirstCredible);
        ImageConfigReader.Created(manifest, new ImageConfiguration { Created = DateTimeOffset.UnixEpoch })!.Value.Year.ShouldBe(2024);
        ImageConfigReader.Created(manifest, new ImageConfiguration())!.Value.Year.ShouldBe(2024);
    }

    [Theory]
    [InlineData("2024-05-01T10:00:00+02:00", "2024-05-01T08:00:00")]
    [InlineData("2024-05-01T10:00:00", "2024-05-01T10:00:00")] // without a zone: UTC, wherever the operator runs
    [InlineData("yesterday", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void Created_Annotation_IsReadAsUtc(string? annotation, string? expected)
    {
        var created = ImageConfigReader.Created(Manifest(AnnotationKeys.Created, annotation), new ImageConfiguration());

        created?.Offset.ShouldBe(TimeSpan.Zero);
        created?.ToString("yyyy-MM-ddTHH:mm:ss").ShouldBe(expected);
        (created is null).ShouldBe(expected is null);
    }

    [Fact]
    public void Created_ConfigurationInAnotherZone_IsUtc()
    {
        var there = new DateTimeOffset(2024, 5, 1, 10, 0, 0, TimeSpan.FromHours(2));

        var created = ImageConfigReader.Created(new ImageManifest(), new ImageConfiguration { Created = there });

        created!.Value.Offset.ShouldBe(TimeSpan.Zero);
        created.Value.Hour.ShouldBe(8);
    }

    private static ImageManifest Manifest(string annotation, string? value) => new() { Annotations = Map(annotation, value) };

    private static Dictionary<string, string>? Map(string key, string? value) => value is null ? null : new Dictionary<string, string> { [key] = value };
}
