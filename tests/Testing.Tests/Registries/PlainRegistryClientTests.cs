using System.Net;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Testing.Images;
using RegistryOperator.Testing.Registries;

namespace RegistryOperator.Testing.Tests.Registries;

public sealed class PlainRegistryClientTests : IAsyncLifetime
{
    private readonly HttpClient _http = new();
    private readonly TestImage _image = new ImageBuilder().Build();
    private InMemoryRegistry _registry = null!;
    private PlainRegistryClient _client = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _registry = await InMemoryRegistry.StartAsync(Stop);
        _registry.Add("team/app", "1.0.0", _image);
        _client = new PlainRegistryClient(_http, _registry.Repository("team/app"));
    }

    public async ValueTask DisposeAsync()
    {
        await _registry.DisposeAsync();
        _http.Dispose();
    }

    [Fact]
    public async Task Read_WhatIsThere_IsGiven()
    {
        var note = new ArtifactBuilder().WithType("application/vnd.example.note").WithSubject(_image.Descriptor).Build();
        _registry.Add("team/app", tag: null, note);

        (await _client.ListTagsAsync(Stop).ToArrayAsync(Stop)).ShouldBe(["1.0.0"]);
        (await _client.ResolveAsync("1.0.0", Stop)).ShouldBe(_image.Descriptor);
        (await _client.GetManifestAsync(_image.Digest.ToString(), Stop)).MediaType.ShouldBe(MediaTypes.OciManifest);
        (await _client.ReadBlobAsync(_image.Config.Descriptor, 10_000, Stop)).ToArray().ShouldBe(_image.Config.Content.ToArray());
        (await _client.ListReferrersAsync(_image.Digest, note.ArtifactType, Stop).ToArrayAsync(Stop)).Single().Digest.ShouldBe(note.Digest);
        (await _client.ListReferrersAsync(_image.Digest, "application/vnd.example.other", Stop).ToArrayAsync(Stop)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(HttpStatusCode.Unauthorized, RegistryErrorKind.Unauthorized)]
    [InlineData(HttpStatusCode.Forbidden, RegistryErrorKind.Denied)]
    [InlineData(HttpStatusCode.NotFound, RegistryErrorKind.NotFound)]
    [InlineData(HttpStatusCode.TooManyRequests, RegistryErrorKind.RateLimited)]
    [InlineData(HttpStatusCode.BadGateway, RegistryErrorKind.ServerError)]
    [InlineData(HttpStatusCode.BadRequest, RegistryErrorKind.Other)]
    public async Task Read_RegistryThatRefuses_IsARegistryExceptionOfItsKind(HttpStatusCode status, RegistryErrorKind kind)
    {
        using var fault = _registry.Inject(Faults.Status((int)status));

        (await Should.ThrowAsync<RegistryException>(_client.GetManifestAsync("1.0.0", Stop))).Kind.ShouldBe(kind);
    }

    [Fact]
    public async Task Read_BlobThatIsTooLarge_IsNotRead()
    {
        var failure = await Should.ThrowAsync<RegistryException>(_client.ReadBlobAsync(_image.Config.Descriptor, maximumSize: 1, Stop));

        (failure.Kind, _registry.RequestCount).ShouldBe((RegistryErrorKind.TooLarge, 0));
    }

    [Fact]
    public async Task Read_OtherContentThanTheDigestNames_IsRefused()
    {
        using var fault = _registry.Inject(Faults.Body(MediaTypes.OciManifest, "{}"u8.ToArray()));

        (await Should.ThrowAsync<RegistryException>(_client.GetManifestAsync(_image.Digest.ToString(), Stop))).Kind.ShouldBe(RegistryErrorKind.DigestMismatch);
    }
}
