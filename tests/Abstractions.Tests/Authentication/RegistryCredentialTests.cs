using System.Text;
using CsCheck;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Registries;

namespace RegistryOperator.Abstractions.Tests.Authentication;

public sealed class RegistryCredentialTests
{
    // Long enough not to be part of a word by chance.
    private static readonly Gen<string> Secret = Gen.String[Gen.Char["0123456789ABCDEFGHIJ!$%"], 12, 40];

    [Fact]
    public void ToString_AnyKind_ShowsNoSecret() =>
        Secret.Sample(secret => Kinds(secret).All(credential => !$"{credential}".Contains(secret, StringComparison.Ordinal)));

    [Fact]
    public void ToString_InsideAnotherRecord_ShowsNoSecret() =>
        Secret.Sample(secret => Kinds(secret).All(credential => !Request(credential).ToString().Contains(secret, StringComparison.Ordinal)));

    [Fact]
    public void ToString_Secret_NamesItWithoutItsContent() =>
        Secret.Sample(secret => new CredentialSecret
        {
            Namespace = "shop",
            Name = "registry",
            Data = new Dictionary<string, ReadOnlyMemory<byte>> { ["password"] = Encoding.UTF8.GetBytes(secret) },
        }.ToString() == "Secret shop/registry (Opaque)");

    [Fact]
    public void ToString_Kinds_SayWhatTheyAre()
    {
        RegistryCredential.Anonymous.ToString().ShouldBe("anonymous");
        new RegistryCredential.UsernamePassword("alice", "s3cret").ToString().ShouldBe("user 'alice'");
        new RegistryCredential.IdentityToken("s3cret").ToString().ShouldBe("identity token");
        new RegistryCredential.RegistryToken("s3cret").ToString().ShouldBe("registry token");
    }

    [Fact]
    public void Equals_SameSecret_IsTheSameIdentity()
    {
        new RegistryCredential.UsernamePassword("alice", "a").ShouldBe(new RegistryCredential.UsernamePassword("alice", "a"));
        new RegistryCredential.UsernamePassword("alice", "a").ShouldNotBe(new RegistryCredential.UsernamePassword("alice", "b"));
        ((RegistryCredential)new RegistryCredential.IdentityToken("a")).ShouldNotBe(new RegistryCredential.RegistryToken("a"));
    }

    private static RegistryCredential[] Kinds(string secret) =>
    [
        new RegistryCredential.UsernamePassword("alice", secret), new RegistryCredential.IdentityToken(secret), new RegistryCredential.RegistryToken(secret),
    ];

    private static RegistryClientRequest Request(RegistryCredential credential) => new()
    {
        Repository = new RepositoryReference(new Uri("https://registry.example"), "shop/api"),
        Credential = credential,
    };
}
