using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Transport;

namespace RegistryOperator.Oci.Tests.Transport;

public sealed class TransportFailureTests
{
    public static TheoryData<Exception> Closed =>
    [
        new HttpRequestException("failed", new IOException("broken", new ObjectDisposedException("System.Net.Security.SslStream"))),
        new IOException("broken", new ObjectDisposedException("System.Net.Security.SslStream")),
    ];

    /// <summary>A server that refuses a client's certificate may just close the connection.</summary>
    [Theory]
    [MemberData(nameof(Closed))]
    public void From_StreamThatWasClosed_SaysSoInWordsOfTheNetwork(Exception exception)
    {
        var failure = TransportFailure.From(exception, new Uri("https://registry.example.com"), exceeded: null, isRegistry: true).ShouldNotBeNull();

        failure.Kind.ShouldBe(RegistryErrorKind.Unreachable);
        failure.Problem.ShouldContain("(the server closed it)");
        failure.Problem.ShouldNotContain("SslStream");
    }
}
