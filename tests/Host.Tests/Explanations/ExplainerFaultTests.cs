using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NSubstitute;
using NSubstitute.ExceptionExtensions;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Decisions;
using RegistryOperator.Host.Explanations;
using RegistryOperator.Host.Images;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Sources.Manifests;
using RegistryOperator.Host.Tests.Scans;
using RegistryOperator.Host.Tests.Support;
using RegistryOperator.Kubernetes.Resources;

namespace RegistryOperator.Host.Tests.Explanations;

/// <summary>What goes wrong while an image is explained is told in a step, as a round would tell it.</summary>
public sealed class ExplainerFaultTests
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.Parse("2026-03-01T12:00:00Z"));
    private readonly IRegistryClient _client = Substitute.For<IRegistryClient>();
    private readonly List<IRegistryAuthenticator> _authenticators = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Explain_AuthenticatorThrows_SaysSo()
    {
        var authenticator = Substitute.For<IRegistryAuthenticator>();
        authenticator.GetCredentialAsync(default!, Cancel).ThrowsAsyncForAnyArgs(new InvalidOperationException("out of order"));
        _authenticators.Add(authenticator);

        var explanation = await ExplainAsync();

        var told = ExplainSandbox.Of(explanation, "registry");
        (told.Effect, told.Outcome).ShouldBe((DecisionEffect.Stops, RoundFailure.InternalError));
        told.Sentence.ShouldContain("out of order");
    }

    [Fact]
    public async Task Explain_ListNeverEnds_IsTimedOutAfterTenMinutes()
    {
        List(Endless());

        var explanation = await _time.AdvanceUntilAsync(TimeSpan.FromMinutes(1), ExplainAsync());

        ExplainSandbox.Of(explanation, "registry").Outcome.ShouldBe(ScanReasons.TimedOut);
        _time.GetUtcNow().ShouldBeGreaterThanOrEqualTo(DateTimeOffset.Parse("2026-03-01T12:10:00Z"));
    }

    [Fact]
    public async Task Explain_ListHasWhatIsNoTag_IsReadAsInARound()
    {
        List(Tags("1.0.0", "no tag", ".."));

        var explanation = await ExplainAsync();

        ExplainSandbox.Of(explanation, "registry").Sentence
            .ShouldBe("The registry lists 1 tag. 2 entries of the registry's list are no tags and were left out.");
    }

    [Fact]
    public async Task Explain_PatternsTakeTooLong_SaysSo()
    {
        List(Tags([.. Enumerable.Range(0, 1000).Select(number => $"1.0.{number}")]));
        _time.AutoAdvanceAmount = TimeSpan.FromMilliseconds(10);

        var explanation = await ExplainAsync(new TagFilterSpec { Include = @"(\w{1,50}){1,20}\.0" });

        ExplainSandbox.Of(explanation, "tag", "filter").Sentence.ShouldStartWith("spec.tagFilter: the patterns took more than 1 s over 1000 tags.");
        explanation.IsChosen.ShouldBeNull();
    }

    private void List(IAsyncEnumerable<string> tags) => _client.ListTagsAsync(default).ReturnsForAnyArgs(tags);

    private static async IAsyncEnumerable<string> Tags(params string[] tags)
    {
        foreach (var tag in tags) yield return await Task.FromResult(tag);
    }

    /// <summary>A plugin's client that does not obey its token.</summary>
    private static async IAsyncEnumerable<string> Endless()
    {
        await new TaskCompletionSource().Task;
        yield return "1.0.0";
    }

    private Task<ImageExplanation> ExplainAsync(TagFilterSpec? filter = null)
    {
        var repository = new RepositoryReference(new Uri("https://registry.example.com"), "shop/api");
        _client.Repository.Returns(repository);
        _client.GetManifestAsync(default!, default).ThrowsAsyncForAnyArgs(new RegistryException(RegistryErrorKind.NotFound, "gone"));
        var provider = Substitute.For<IRegistryClientProvider>();
        provider.CanServe(default!).ReturnsForAnyArgs(true);
        provider.CreateClient(default!).ReturnsForAnyArgs(_client);
        var explainer = new ImageExplainer(
            new RegistryAccess([provider], _authenticators, TestPolicy.Offline), new ImageCache(),
            new ScanExplainer(
                ScanParts.Kinds, ScanParts.Directory(_time, NullLogger<Host.Scans.Planning.ScannerDirectory>.Instance), null, null, null, _time),
            store: null, new SecretRules(), _time, NullLogger<ImageExplainer>.Instance);
        var resource = new RegistryResource
        {
            Metadata = new ObjectMeta { Namespace = "shop", Name = "api" },
            Spec = new RegistrySpec { Url = "https://registry.example.com", Repository = "shop/api", TagFilter = filter },
        };
        return explainer.ExplainAsync(AskedImage.Parse("1.0.0"), resource, new ManifestSecrets([]), isOffline: false, Cancel);
    }
}
