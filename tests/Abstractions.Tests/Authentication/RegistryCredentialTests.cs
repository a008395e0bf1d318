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

    [Fact]
    public void Equals_Alternatives_CountByTheirContentAndOrder()
    {
        var (first, second) = (new RegistryCredential.IdentityToken("first"), new RegistryCredential.IdentityToken("second"));
        var alice = new RegistryCredential.UsernamePassword("alice", "a") { Alternatives = [first, second] };

        alice.ShouldBe(new RegistryCredential.UsernamePassword("alice", "a") { Alternatives = [first, new RegistryCredential.IdentityToken("second")] });
        alice.GetHashCode().ShouldBe((alice with { Alternatives = [first, second] }).GetHashCode());
        alice.ShouldNotBe(alice with { Alternatives = [second, first] });
        alice.ShouldNotBe(alice with { Alternatives = [] });
    }

    [Fact]
    public void Alternatives_AnyKind_AreNeitherShownNorLeftInATextThatIsMasked()
    {
        var credential = new RegistryCredential.UsernamePassword("alice", "first-password") { Alternatives = Kinds("another-s3cret") };

        credential.ToString().ShouldBe("user 'alice'");
        credential.Conceal("first-password, another-s3cret and YW5vdGhlci1zM2NyZXQ=").ShouldBe("***, *** and ***");
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
