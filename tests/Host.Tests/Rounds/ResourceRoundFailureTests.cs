using NSubstitute;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Scans.Model;
using RegistryOperator.Testing.Registries;

namespace RegistryOperator.Host.Tests.Rounds;

/// <summary>Rounds that fail, are asked for, watched or cancelled.</summary>
public sealed class ResourceRoundFailureTests : IAsyncLifetime
{
    private RoundSandbox _sandbox = null!;

    public async ValueTask InitializeAsync() => _sandbox = await RoundSandbox.StartAsync();

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Fact]
    public async Task Scan_NotOneTagReadable_Fails()
    {
        _sandbox.Push("1.0.0");
        _sandbox.Push("1.1.0");
        using var fault = _sandbox.Registry.Inject(Faults.Status(404, "MANIFEST_UNKNOWN").OnManifests());

        var failure = (await _sandbox.ScanAsync()).Failure!;

        failure.Reason.ShouldBe(ScanReasons.NotFound);
        failure.Message.ShouldStartWith("None of the 2 images could be read. 1.");
        _sandbox.Status.LastScanStatus.ShouldBe(ScanStatuses.Failed);
        _sandbox.Status.Message.ShouldBe(failure.Message);
        _sandbox.ConditionOf("Ready")!.Reason.ShouldBe(ScanReasons.NotFound);
    }

    [Fact]
    public async Task Scan_OneTagReadableOfMany_Succeeds()
    {
        foreach (var tag in (string[])["1.0.0", "1.1.0", "1.2.0"]) _sandbox.Push(tag);
        using var fault = _sandbox.Registry.Inject(Faults.Status(404, "MANIFEST_UNKNOWN")
            .OnPath("/manifests/1.")
            .When(request => !request.Path.Value!.EndsWith("1.1.0", StringComparison.Ordinal)));

        (await _sandbox.ScanAsync()).Failure.ShouldBeNull();

        _sandbox.Status.Message.ShouldNotBeNull().ShouldStartWith("2 of 3 tags could not be read");
    }

    [Fact]
    public async Task Scan_RegistryGoesAwayMeanwhile_FailsAndKeepsWhatIsKnown()
    {
        for (var i = 0; i < 6; i++) _sandbox.Push($"1.{i}.0");
        await _sandbox.ScanAsync();
        foreach (var tag in _sandbox.Status.Images.Select(image => image.Tag).ToArray()) _sandbox.SetImage(tag, RoundSandbox.WithSections);
        var before = _sandbox.Status;
        using var fault = _sandbox.Registry.Inject(Faults.Status(503).OnManifests().After(1));

        var failure = (await _sandbox.ScanAsync()).Failure!;

        failure.Reason.ShouldBe(ScanReasons.RegistryUnavailable);
        failure.Message.ShouldStartWith("5 of 6 images were not read, their last good data is kept: ");
        _sandbox.Status.LastScanStatus.ShouldBe(ScanStatuses.Failed);
        _sandbox.Status.Message.ShouldBe(failure.Message);
        _sandbox.Status.Images.Select(image => image.Digest).ShouldBe(before.Images.Select(image => image.Digest), ignoreOrder: true);
        _sandbox.Status.Images.ShouldAllBe(image =>
            image.Vulnerabilities!.Critical == 3 && image.Config!.Labels.Count == 2 && image.Timestamps!.FirstSeen == RoundSandbox.Start);
        _sandbox.Status.Images.Count(image => image.Reason == ScanReasons.RegistryUnavailable).ShouldBe(5);
    }

    [Theory]
    [InlineData("/tags/list")]
    [InlineData("/manifests/")]
    public async Task Scan_Throttled_CarriesTheRegistrysWish(string path)
    {
        _sandbox.Push("1.0.0");
        _sandbox.Push("1.1.0");
        using var fault = _sandbox.Registry.Inject(Faults.TooManyRequests(TimeSpan.FromMinutes(10)).OnPath(path));

        var failure = (await _sandbox.ScanAsync()).Failure!;

        failure.Reason.ShouldBe(ScanReasons.RateLimited);
        failure.RetryAfter.ShouldBe(TimeSpan.FromMinutes(10));
    }

    [Fact]
    public async Task Scan_ListFails_KeepsEverythingThatTheStatusHad()
    {
        _sandbox.Push("1.0.0");
        await _sandbox.ScanAsync();
        _sandbox.SetStatus(status => RoundSandbox.WithOthers(status) with
        {
            Truncated = new TruncationStatus { Message = "cut" },
            NextScanTime = RoundSandbox.Start.AddMinutes(5),
        });
        var before = _sandbox.Status;
        _sandbox.Time.Advance(TimeSpan.FromMinutes(5));
        using var fault = _sandbox.Registry.Inject(Faults.Status(500).OnTags());

        var failure = (await _sandbox.ScanAsync()).Failure!;

        var status = _sandbox.Status;
        status.LastScanStatus.ShouldBe(ScanStatuses.Failed);
        status.LastScanTime.ShouldBe(RoundSandbox.Start.AddMinutes(5));
        status.Message.ShouldBe(failure.Message);
        status.Images.ShouldHaveSingleItem().Config!.Labels["content"].ShouldBe("1.0.0");
        status.Tags.ShouldBe(before.Tags);
        status.Truncated!.Message.ShouldBe("cut");
        (status.Drift!.LastCheckTime, status.Webhook!.LastStatus, status.OtherFields!.Keys.Single()).ShouldBe((RoundSandbox.Start, "Sent", "later"));
        (_sandbox.ConditionOf("Ready")!.Status, _sandbox.ConditionOf("Reconciling")!.Status).ShouldBe(("False", "True"));
    }

    [Fact]
    public async Task Scan_Success_KeepsTheSectionsOfOthers()
    {
        _sandbox.Push("1.0.0");
        _sandbox.SetStatus(RoundSandbox.WithOthers);

        await _sandbox.ScanAsync();

        var status = _sandbox.Status;
        (status.Drift!.LastCheckTime, status.Webhook!.LastStatus, status.OtherFields!.Keys.Single()).ShouldBe((RoundSandbox.Start, "Sent", "later"));
    }

    [Fact]
    public async Task Scan_InvalidSpec_NamesEveryFieldAndAsksNothing()
    {
        _sandbox.ChangeSpec(spec => spec with { ScanInterval = 0, TagFilter = new TagFilterSpec { Limit = -1 } });

        var failure = (await _sandbox.ScanAsync()).Failure!;

        _sandbox.ScanLog.Entries.ShouldBeEmpty(); // what the user can mend is no fault
        failure.Reason.ShouldBe("InvalidSpec");
        failure.Message.ShouldBe("spec.scanInterval: is 0; allowed is 1 to 31536000 seconds spec.tagFilter.limit: is -1; allowed is 0 or more");
        _sandbox.ConditionOf("Stalled")!.Status.ShouldBe("True");
        _sandbox.Registry.RequestCount.ShouldBe(0);
    }

    [Fact]
    public async Task Scan_MissingSecret_SaysWhich()
    {
        _sandbox.ChangeSpec(spec => spec with { CredentialsSecret = new CredentialsSecretSpec { Name = "login" } });

        (await _sandbox.ScanAsync()).Failure!.Reason.ShouldBe("InvalidSecret");

        _sandbox.Store.SecretsRead.ShouldBe(["shop/login"]);
        _sandbox.Registry.RequestCount.ShouldBe(0);
    }

    [Fact]
    public async Task Scan_SecretThatTheAuthenticatorRefuses_SaysWhy()
    {
        _sandbox.ChangeSpec(spec => spec with { CredentialsSecret = new CredentialsSecretSpec { Name = "login" } });
        _sandbox.Store.Secrets["login"] = new CredentialSecret { Namespace = "shop", Name = "login", Data = new Dictionary<string, ReadOnlyMemory<byte>>() };

        var failure = (await _sandbox.ScanAsync()).Failure!;

        (failure.Reason, failure.Message).ShouldBe(("InvalidSecret", "Secret 'login' has no key 'username'."));
    }

    [Theory]
    [InlineData(false, "2026-01-01T11:00:00Z")]
    [InlineData(true, "2026-01-01T11:00:00Z")]
    public async Task Scan_Request_IsAnsweredByAnyOutcome(bool fails, string value)
    {
        _sandbox.Push("1.0.0");
        _sandbox.AskForScan(value);
        using (fails ? _sandbox.Registry.Inject(Faults.Status(500)) : null) await _sandbox.ScanAsync();
        _sandbox.Status.LastHandledScanRequest.ShouldBe(value);

        _sandbox.AskForScan(null);
        await _sandbox.ScanAsync();
        _sandbox.Status.LastHandledScanRequest.ShouldBe(value);
    }

    [Fact]
    public async Task Scan_RequestWhoseScanFails_IsRememberedUntilOneSucceeds()
    {
        var asked = RoundSandbox.Start.AddMinutes(-30);
        _sandbox.Push("1.0.0");
        _sandbox.AskForScan("2026-01-01T11:30:00Z");
        using (_sandbox.Registry.Inject(Faults.Status(500).OnTags())) await _sandbox.ScanAsync();
        _sandbox.Entry.Asked.ShouldBe(asked);

        using (_sandbox.Registry.Inject(Faults.Status(404, "MANIFEST_UNKNOWN").OnManifests())) await _sandbox.ScanAsync();
        _sandbox.Entry.Asked.ShouldBe(asked);

        await _sandbox.ScanAsync();
        _sandbox.Entry.Asked.ShouldBeNull();
    }

    [Fact]
    public async Task Scan_RememberedRequestOfTheFuture_IsOneOfNow()
    {
        _sandbox.Push("1.0.0");
        _sandbox.Entry.Asked = RoundSandbox.Start.AddYears(1);
        using var fault = _sandbox.Registry.Inject(Faults.Status(500).OnTags());

        await _sandbox.ScanAsync();

        _sandbox.Entry.Asked.ShouldBe(RoundSandbox.Start);
    }

    public static TheoryData<Exception> ThrownOnCancellation { get; } =
        [new CredentialException("closed"), new InvalidOperationException("closed"), new OperationCanceledException()];

    [Theory]
    [MemberData(nameof(ThrownOnCancellation))]
    public async Task Scan_Cancelled_HasNoOutcomeWhateverIsThrown(Exception thrown)
    {
        using var cancellation = new CancellationTokenSource();
        _sandbox.ChangeSpec(spec => spec with { CredentialsSecret = new CredentialsSecretSpec { Name = "login" } });
        var secrets = Substitute.For<ISecretSource>();
        secrets.GetSecretAsync("shop", "login", Arg.Any<CancellationToken>()).Returns<CredentialSecret?>(_ =>
        {
            cancellation.Cancel();
            throw thrown;
        });

        var scan = _sandbox.Scan.RunAsync(_sandbox.Resource, secrets, _sandbox.Entry, null, null, cancellation.Token);

        // The end of the wait, or what the read threw, whichever comes first.
        var seen = await Should.ThrowAsync<Exception>(scan);
        (seen is OperationCanceledException || seen.GetType() == thrown.GetType()).ShouldBeTrue();
    }

    [Fact]
    public async Task Scan_TimeoutInsideAPlugin_IsAFailureAndNotACancellation()
    {
        _sandbox.ChangeSpec(spec => spec with { CredentialsSecret = new CredentialsSecretSpec { Name = "login" } });
        var secrets = Substitute.For<ISecretSource>();
        secrets.GetSecretAsync("shop", "login", Arg.Any<CancellationToken>()).Returns<CredentialSecret?>(_ => throw new TaskCanceledException("too slow"));

        var outcome = await _sandbox.Scan.RunAsync(_sandbox.Resource, secrets, _sandbox.Entry, null, null, TestContext.Current.CancellationToken);

        _sandbox.ScanLog.Entries.ShouldBe(["shop/api: the scan ended by a fault"]);
        outcome.Failure!.Reason.ShouldBe("InternalError");
        outcome.Failure.Message.ShouldContain("too slow");
        outcome.Status.LastScanStatus.ShouldBe(ScanStatuses.Failed);
    }

    /// <summary>What is away is seen by as many failures as there are requests at a time.</summary>
    [Theory]
    [InlineData(1, 3, 3)]
    [InlineData(8, 8, 15)]
    public async Task Scan_RegistryAwayAfterTheTags_AsksAsOftenAsTheSpecsConcurrencySays(int concurrency, int least, int most)
    {
        for (var i = 0; i < 30; i++) _sandbox.Push($"1.{i}.0");
        _sandbox.ChangeSpec(spec => spec with { ScanConfig = spec.ScanConfig! with { Concurrency = concurrency } });
        using var fault = _sandbox.Registry.Inject(Faults.Status(503).OnManifests());
        _sandbox.Registry.Log.Clear();

        (await _sandbox.ScanAsync()).Failure.ShouldNotBeNull();

        _sandbox.Registry.Log.Requests.Count(request => request.Path.Contains("/manifests/", StringComparison.Ordinal)).ShouldBeInRange(least, most);
    }

    [Fact]
    public async Task Scan_Progress_IsToldOfCandidatesAndOfEachImage()
    {
        foreach (var tag in (string[])["1.0.0", "1.1.0", "dev"]) _sandbox.Push(tag);
        _sandbox.ChangeSpec(spec => spec with { TagFilter = new TagFilterSpec { Exclude = "dev" } });
        var progress = Substitute.For<IRoundProgress>();

        await _sandbox.ScanAsync(progress);

        progress.Received(1).TagsListed(2);
        progress.Received(2).ImageRead();
    }

    [Fact]
    public async Task Scan_UsesTheResourcesCredential()
    {
        _sandbox.Push("1.0.0");
        _sandbox.ChangeSpec(spec => spec with { CredentialsSecret = new CredentialsSecretSpec { Name = "login", UsernameKey = "u", PasswordKey = "p" } });
        _sandbox.Store.Secrets["login"] = new CredentialSecret
        {
            Namespace = "shop",
            Name = "login",
            Data = new Dictionary<string, ReadOnlyMemory<byte>> { ["u"] = "ada"u8.ToArray(), ["p"] = "secret"u8.ToArray() },
        };

        (await _sandbox.ScanAsync()).Failure.ShouldBeNull();
    }

    [Theory]
    [InlineData("2026-01-01T12:00:01Z", true)]
    [InlineData("2026-01-01T12:00:00Z", false)]
    public async Task Scan_TimesOfTheFuture_AreNotBelieved(string stored, bool isFuture)
    {
        var time = DateTimeOffset.Parse(stored, System.Globalization.CultureInfo.InvariantCulture);
        _sandbox.Push("1.0.0");
        await _sandbox.ScanAsync();
        _sandbox.SetImage("1.0.0", image => image with { Timestamps = image.Timestamps! with { FirstSeen = time } });
        _sandbox.SetStatus(status => status with { Conditions = [.. status.Conditions.Select(condition => condition with { LastTransitionTime = time })] });

        await _sandbox.ScanAsync();

        _sandbox.Of("1.0.0")!.Timestamps!.FirstSeen.ShouldBe(RoundSandbox.Start);
        _sandbox.Status.Conditions.ShouldAllBe(condition => condition.LastTransitionTime == RoundSandbox.Start);
        isFuture.ShouldBe(time > RoundSandbox.Start);
    }
}
