using System.Security.Cryptography;
using System.Text;
using NSubstitute;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Tests.Support;

namespace RegistryOperator.Host.Tests.Access;

public sealed class OpenedRegistryTests
{
    private const string Certificates = "-----BEGIN CERTIFICATE-----";

    /// <summary>Accesses that differ in one thing each, and in where a part ends and the next begins.</summary>
    private static readonly (string Repository, RegistryCredential Credential, TransportSecurity Security)[] Different =
    [
        ("a", RegistryCredential.Anonymous, TransportSecurity.Default),
        ("b", RegistryCredential.Anonymous, TransportSecurity.Default),
        ("a", RegistryCredential.Anonymous, new TransportSecurity(InsecureSkipVerify: true)),
        ("a", RegistryCredential.Anonymous, new TransportSecurity(CertificateAuthorities: Certificates)),
        ("a", RegistryCredential.Anonymous, new TransportSecurity(InsecureSkipVerify: true, Certificates)),
        ("a", new RegistryCredential.UsernamePassword("a\nb", "c"), TransportSecurity.Default),
        ("a", new RegistryCredential.UsernamePassword("a", "b\nc"), TransportSecurity.Default),
        ("a", new RegistryCredential.UsernamePassword("a:b", "c"), TransportSecurity.Default),
        ("a", new RegistryCredential.UsernamePassword("a", "b:c"), TransportSecurity.Default),
        ("a", new RegistryCredential.UsernamePassword("c", "a\nb"), TransportSecurity.Default),
        ("a", new RegistryCredential.UsernamePassword("", "token"), TransportSecurity.Default),
        ("a", new RegistryCredential.UsernamePassword("token", ""), TransportSecurity.Default),
        ("a", new RegistryCredential.IdentityToken("token"), TransportSecurity.Default),
        ("a", new RegistryCredential.RegistryToken("token"), TransportSecurity.Default),
        ("a", new RegistryCredential.RegistryToken("token"), new TransportSecurity(InsecureSkipVerify: true)),
        ("a", new RegistryCredential.RegistryToken("token"), new TransportSecurity(CertificateAuthorities: "token")),
    ];

    [Fact]
    public void Access_DifferentAccesses_Differ() =>
        Different.Select(access => Open(access.Repository, access.Credential, access.Security).Access).ShouldBeUnique();

    [Fact]
    public void Access_SameAccessOpenedTwice_IsTheSame()
    {
        foreach (var (repository, credential, security) in Different)
            Open(repository, credential, security).Access.ShouldBe(Open(repository, credential with { }, security with { }).Access);
    }

    [Fact]
    public void Access_Text_NamesTheRepositoryAndHoldsNoSecretNorAHashThatAnybodyCanMake()
    {
        var access = Open("team/app", new RegistryCredential.UsernamePassword("ada", "hunter2"), new TransportSecurity(true, Certificates)).Access;

        access.ShouldStartWith("https://registry.example.com/team/app ");
        access.ShouldNotContain("ada");
        access.ShouldNotContain("hunter2");
        string[] guesses =
        [
            "hunter2", "ada\nhunter2", "ada:hunter2", "user\nada\nhunter2", $"True\n{Certificates}\nuser\nada\nhunter2", "basic:3:ada:hunter2",
        ];
        foreach (var guess in guesses) access.ShouldNotContain(Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(guess))), Case.Insensitive);
    }

    private static OpenedRegistry Open(string repository, RegistryCredential credential, TransportSecurity security)
    {
        var client = Substitute.For<IRegistryClient>();
        client.Repository.Returns(new RepositoryReference(new Uri("https://registry.example.com"), repository));
        return new OpenedRegistry(client, credential, security, TestPolicy.Offline);
    }
}
