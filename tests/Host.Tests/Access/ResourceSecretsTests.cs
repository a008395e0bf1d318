using NSubstitute;
using NSubstitute.ExceptionExtensions;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Secrets;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Tests.Scans;
using RegistryOperator.Host.Tests.Support;
using RegistryOperator.Kubernetes.Resources;

namespace RegistryOperator.Host.Tests.Access;

public sealed class ResourceSecretsTests
{
    private const string Field = "spec.vulnerabilityScanning.options.token";

    private readonly ISecretSource _source = Substitute.For<ISecretSource>();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetValue_SeveralKeysOfASecret_ReadItOnce()
    {
        Holds(ScanParts.Secret("feed", ("token", "a"), ("other", "b")));
        var secrets = New();

        var values = await Task.WhenAll(((string[])["token", "other", "token"]).Select(key => ReadAsync(secrets, "feed", key)));

        values.Select(value => (char)value.Span[0]).ShouldBe(['a', 'b', 'a']);
        await _source.ReceivedWithAnyArgs(1).GetSecretAsync(null!, null!, Cancel);
    }

    [Fact]
    public async Task GetValue_AnotherRound_ReadsAnew()
    {
        Holds(ScanParts.Secret("feed", ("token", "old")));
        await ReadAsync(New(), "feed", "token");
        Holds(ScanParts.Secret("feed", ("token", "new")));

        (await ReadAsync(New(), "feed", "token")).ToArray().ShouldBe("new"u8.ToArray());
    }

    [Theory]
    [InlineData("gone", "token", $"{Field}: Secret 'gone' does not exist in namespace 'team'. Create it or correct the name.")]
    [InlineData("feed", "tokn", $"{Field}: Secret 'feed' of namespace 'team' has no key 'tokn'.")]
    [InlineData(
        "forbidden", "token",
        $"{Field}: the operator may not read Secret 'forbidden' in namespace 'team'. Give its ServiceAccount the right to get Secrets there, "
            + "as deploy/examples/secrets-of-a-namespace.yaml does.")]
    [InlineData("away", "token", $"{Field}: Secret 'away' of namespace 'team' could not be read (IOException). It is tried again with the next scan.")]
    [InlineData("large", "token", $"{Field}: key 'token' of Secret 'large' of namespace 'team' has 262145 bytes; at most 262144 are allowed.")]
    public async Task GetValue_WhatCantBeUsed_SaysWhichAndWhy(string name, string key, string expected)
    {
        Holds(ScanParts.Secret("feed", ("token", "hunter2"), ("a", "hunter2")));
        Holds(ScanParts.Secret("large", ("token", new string('x', ResourceSecrets.LargestValue + 1))));
        _source.GetSecretAsync("team", "forbidden", Arg.Any<CancellationToken>()).ThrowsAsync(new SecretForbiddenException("403"));
        _source.GetSecretAsync("team", "away", Arg.Any<CancellationToken>()).ThrowsAsync(new IOException("hunter2"));

        var failure = (await Should.ThrowAsync<RoundFailedException>(() => ReadAsync(New(), name, key))).Failure;

        (failure.Reason, failure.Message).ShouldBe(("InvalidSecret", expected));
    }

    [Fact]
    public async Task GetValue_LargestValue_IsRead()
    {
        Holds(ScanParts.Secret("large", ("token", new string('x', ResourceSecrets.LargestValue))));

        (await ReadAsync(New(), "large", "token")).Length.ShouldBe(ResourceSecrets.LargestValue);
    }

    [Fact]
    public async Task GetValue_Cancelled_EndsWithoutAProblem()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        _source.GetSecretAsync("team", "feed", Arg.Any<CancellationToken>()).ThrowsAsync(new OperationCanceledException(stop.Token));

        var reference = new SecretKeyReference { Name = "feed", Key = "token" };
        await Should.ThrowAsync<OperationCanceledException>(() => New().GetValueAsync(Field, reference, stop.Token));
    }

    [Fact]
    public async Task GetValue_FirstOfSeveralIsCancelled_TheOthersGetTheValueOfTheSameRead()
    {
        var answer = new TaskCompletionSource<CredentialSecret?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _source.GetSecretAsync("team", "feed", Arg.Any<CancellationToken>()).Returns(call => answer.Task.WaitAsync(call.Arg<CancellationToken>()));
        using var stop = new CancellationTokenSource();
        var secrets = New();
        var first = secrets.GetValueAsync(Field, new SecretKeyReference { Name = "feed", Key = "token" }, stop.Token);
        var second = ReadAsync(secrets, "feed", "token");

        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(first);
        answer.SetResult(ScanParts.Secret("feed", ("token", "a")));

        (await second.SoonAsync()).ToArray().ShouldBe("a"u8.ToArray());
        await _source.ReceivedWithAnyArgs(1).GetSecretAsync(null!, null!, Cancel);
    }

    [Fact]
    public async Task GetValue_SecretThatCantBeRead_IsAskedForOnceInARound()
    {
        _source.GetSecretAsync("team", "forbidden", Arg.Any<CancellationToken>()).ThrowsAsync(new SecretForbiddenException("403"));
        var secrets = New();

        for (var i = 0; i < 3; i++) await Should.ThrowAsync<RoundFailedException>(() => ReadAsync(secrets, "forbidden", "token"));

        await _source.ReceivedWithAnyArgs(1).GetSecretAsync(null!, null!, Cancel);
    }

    [Fact]
    public async Task GetValue_AfterAReadThatWasCancelled_IsReadAnew()
    {
        using var stop = new CancellationTokenSource();
        var secrets = New();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _source.GetSecretAsync("team", "feed", Arg.Any<CancellationToken>()).Returns(call =>
        {
            asked.TrySetResult();
            return Task.Delay(Timeout.InfiniteTimeSpan, call.Arg<CancellationToken>()).ContinueWith<CredentialSecret?>(
                _ => throw new OperationCanceledException(), TaskScheduler.Default);
        });
        var first = secrets.GetValueAsync(Field, new SecretKeyReference { Name = "feed", Key = "token" }, stop.Token);
        await asked.Task.SoonAsync();
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(first);
        Holds(ScanParts.Secret("feed", ("token", "a")));

        (await ReadAsync(secrets, "feed", "token").SoonAsync()).Length.ShouldBe(1);
    }

    private static Task<ReadOnlyMemory<byte>> ReadAsync(ResourceSecrets secrets, string name, string key) =>
        secrets.GetValueAsync(Field, new SecretKeyReference { Name = name, Key = key }, Cancel);

    private ResourceSecrets New() => new(new RegistryResource { Metadata = new ObjectMeta { Namespace = "team", Name = "app" } }, _source, SecretRules.Default);

    private void Holds(CredentialSecret secret) => _source.GetSecretAsync("team", secret.Name, Arg.Any<CancellationToken>()).Returns(secret);
}
