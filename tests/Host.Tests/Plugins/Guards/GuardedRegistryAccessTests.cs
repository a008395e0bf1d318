using NSubstitute;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Host.Plugins.Guards;

namespace RegistryOperator.Host.Tests.Plugins.Guards;

public sealed class GuardedRegistryAccessTests
{
    private static readonly Uri Url = new("https://registry.example");
    private static readonly RegistryClientRequest ClientRequest = new() { Repository = new RepositoryReference(Url, "app") };
    private static readonly RegistryAuthenticationRequest CredentialRequest = new() { Repository = new RepositoryReference(Url, "app") };

    private readonly IRegistryAuthenticator _authenticator = Substitute.For<IRegistryAuthenticator>();
    private readonly IRegistryClientProvider _provider = Substitute.For<IRegistryClientProvider>();

    public GuardedRegistryAccessTests()
    {
        _authenticator.Name.Returns("vault");
        _provider.Name.Returns("files");
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetCredential_CredentialOrNone_ComesThrough()
    {
        var credential = new RegistryCredential.UsernamePassword("ada", "right");
        _authenticator.GetCredentialAsync(CredentialRequest, Cancel).Returns(credential, (RegistryCredential?)null);
        var guard = new GuardedAuthenticator(_authenticator);

        (await guard.GetCredentialAsync(CredentialRequest, Cancel)).ShouldBe(credential);
        (await guard.GetCredentialAsync(CredentialRequest, Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task GetCredential_SentenceForTheUser_ComesThrough()
    {
        _authenticator.GetCredentialAsync(CredentialRequest, Cancel)
            .Returns<RegistryCredential?>(_ => throw new CredentialException("The Secret 'x' has no key 'password'."));

        (await Should.ThrowAsync<CredentialException>(async () => await new GuardedAuthenticator(_authenticator).GetCredentialAsync(CredentialRequest, Cancel)))
            .Message.ShouldBe("The Secret 'x' has no key 'password'.");
    }

    [Fact]
    public async Task GetCredential_CancellationThatNobodyAskedFor_IsAFailure()
    {
        _authenticator.GetCredentialAsync(CredentialRequest, Cancel).Returns<RegistryCredential?>(_ => throw new TaskCanceledException("its own timeout"));

        (await Should.ThrowAsync<CredentialException>(async () => await new GuardedAuthenticator(_authenticator).GetCredentialAsync(CredentialRequest, Cancel)))
            .Message.ShouldContain("TaskCanceledException");
    }

    [Fact]
    public async Task GetCredential_CallerHasCancelled_IsACancellationWithoutTheSecret()
    {
        using var stop = new CancellationTokenSource();
        _authenticator.GetCredentialAsync(CredentialRequest, stop.Token).Returns<RegistryCredential?>(_ =>
        {
            stop.Cancel();
            throw new FormatException("'hunter2' is no token.");
        });

        var guarded = new GuardedAuthenticator(_authenticator);
        (await Should.ThrowAsync<OperationCanceledException>(async () => await guarded.GetCredentialAsync(CredentialRequest, stop.Token)))
            .ToString().ShouldNotContain("hunter2");
    }

    [Fact]
    public async Task GetCredential_AuthenticatorThatIgnoresItsToken_IsLeftAtTheCallersEnd()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        using var end = new ManualResetEventSlim();
        var entered = new TaskCompletionSource();
        _authenticator.GetCredentialAsync(CredentialRequest, stop.Token).Returns<RegistryCredential?>(_ =>
        {
            entered.SetResult();
            end.Wait(CancellationToken.None);
            return null;
        });
        var call = new GuardedAuthenticator(_authenticator).GetCredentialAsync(CredentialRequest, stop.Token).AsTask();
        await entered.Task.WaitAsync(Cancel);

        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(call.WaitAsync(Cancel));
        end.Set();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void CanServe_Answer_ComesThrough(bool answer)
    {
        _provider.CanServe(Url).Returns(answer);

        new GuardedRegistryClientProvider(_provider).CanServe(Url).ShouldBe(answer);
    }

    [Fact]
    public void CanServe_ProviderThatThrows_LeavesTheUrlToOthers()
    {
        _provider.CanServe(Url).Returns(_ => throw new FormatException("broken"));

        new GuardedRegistryClientProvider(_provider).CanServe(Url).ShouldBeFalse();
    }

    [Fact]
    public void CreateClient_Client_ComesThrough()
    {
        var client = Substitute.For<IRegistryClient>();
        _provider.CreateClient(ClientRequest).Returns(client);

        new GuardedRegistryClientProvider(_provider).CreateClient(ClientRequest).Repository.ShouldBe(client.Repository);
    }

    [Fact]
    public void CreateClient_None_IsARegistryException()
    {
        _provider.CreateClient(ClientRequest).Returns((IRegistryClient)null!);

        Should.Throw<RegistryException>(() => new GuardedRegistryClientProvider(_provider).CreateClient(ClientRequest))
            .Message.ShouldBe("Registry client provider 'files' made no client.");
    }

    [Fact]
    public void CreateClient_ProviderThatThrowsASecret_KeepsItIn()
    {
        _provider.CreateClient(ClientRequest).Returns(_ => throw new FormatException("'hunter2' is no token."));

        var exception = Should.Throw<RegistryException>(() => new GuardedRegistryClientProvider(_provider).CreateClient(ClientRequest));

        exception.ToString().ShouldNotContain("hunter2");
        (exception.Kind, exception.Message).ShouldBe((RegistryErrorKind.Other, "Registry client provider 'files' failed to make a client (FormatException)."));
    }

    [Fact]
    public void CreateClient_RegistryException_ComesThrough()
    {
        _provider.CreateClient(ClientRequest).Returns(_ => throw new RegistryException(RegistryErrorKind.NotFound, "There is no such folder."));

        Should.Throw<RegistryException>(() => new GuardedRegistryClientProvider(_provider).CreateClient(ClientRequest))
            .Kind.ShouldBe(RegistryErrorKind.NotFound);
    }
}
