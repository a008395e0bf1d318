using NSubstitute;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Secrets;

namespace RegistryOperator.Abstractions.Tests.Scanning;

public class ScanRequestTests
{
    private const string Content = "hunter2-hunter2";

    private static readonly SecretKeyReference Token = new() { Name = "scanner", Key = "token" };
    private static readonly ScanSecrets Secrets = new([new(Token, "hunter2-hunter2"u8.ToArray())]);
    private static readonly RepositoryReference Repository = new(new Uri("https://registry.example"), "team/app");
    private static readonly Platform Amd64 = Platform.Parse("linux/amd64");
    private static readonly Digest One = Digest.Compute("one"u8);
    private static readonly Digest Two = Digest.Compute("two"u8);

    [Fact]
    public void Platforms_NotSet_AreTheOneOfTheRequest()
    {
        var request = ImageRequest();

        request.Platforms.ShouldBe([new PlatformManifest(Amd64, One)]);
        (request with { Digest = Two }).Platforms.ShouldBe([new PlatformManifest(Amd64, Two)]);
    }

    [Fact]
    public void Platforms_Set_AreThose()
    {
        PlatformManifest[] platforms = [new(Amd64, One), new(Platform.Parse("linux/arm64"), Two)];

        (ImageRequest() with { Platforms = platforms }).Platforms.ShouldBe(platforms);
    }

    [Fact]
    public void ToString_RequestWithSecrets_ShowsNone()
    {
        var image = ImageRequest() with { Secrets = Secrets, Options = new { Token }, Credential = new RegistryCredential.RegistryToken(Content) };
        var registry = new RegistryScanRequest { Repository = Repository, Images = [], Client = Substitute.For<IRegistryClient>(), Secrets = Secrets };

        image.ToString().ShouldContain("Secrets = 1 secret");
        image.ToString().ShouldNotContain(Content);
        registry.ToString().ShouldContain("Secrets = 1 secret");
        registry.ToString().ShouldNotContain(Content);
    }

    [Fact]
    public void Equals_WhatTheFirstVersionKnew_ComparesAsBefore()
    {
        new TaggedImage("1", One, null, 3).ShouldBe(new TaggedImage("1", One, null, 3));
        new ScannerDescriptor("a", ScannerKind.Custom, "1").ShouldBe(new ScannerDescriptor("a", ScannerKind.Custom, "1"));
        var (tag, digest, created, size) = new TaggedImage("1", One, null, 3);
        (tag, digest, created, size).ShouldBe(("1", One, null, 3));
    }

    [Fact]
    public void Defaults_OfWhatTheFirstVersionDidNotKnow_ConcludeNothing()
    {
        var descriptor = new ScannerDescriptor("a", ScannerKind.Custom, "1");
        (descriptor.Subject, descriptor.Scope).ShouldBe((ScanSubject.Platform, ScanScope.Registry));

        var request = new RegistryScanRequest { Repository = Repository, Images = [], Client = Substitute.For<IRegistryClient>() };
        request.IsTagListComplete.ShouldBeFalse();
        request.Workloads.ShouldBeNull();
        request.Last.ShouldBeNull();

        var image = new ImageScanResult { Result = "Passed" };
        (image.Verdict, image.Figures.Count).ShouldBe((ScanVerdict.None, 0));
        var registry = new RegistryScanResult { Result = "Passed" };
        (registry.Verdict, registry.Figures.Count, registry.Documents.Count).ShouldBe((ScanVerdict.None, 0, 0));
    }

    private static ImageScanRequest ImageRequest() =>
        new() { Repository = Repository, Digest = One, Platform = Amd64, Client = Substitute.For<IRegistryClient>() };
}
