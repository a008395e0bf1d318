using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Oci.Transport;

namespace RegistryOperator.Oci.Tests.Transport;

public sealed class SentSecretsTests
{
    [Fact]
    public void Remember_TokensAtTheSameTime_AreAllMasked()
    {
        string[] tokens = ["token-of-one-1111", "token-of-two-2222", "token-of-three-3333", "token-of-four-4444"];
        for (var round = 0; round < 500; round++)
        {
            var sent = new SentSecrets(RegistryCredential.Anonymous);
            Parallel.ForEach(tokens, token => sent.Remember("Bearer " + token));

            foreach (var token in tokens) sent.Conceal($"refused: {token}").ShouldBe("refused: ***");
        }
    }

    /// <summary>One client has a token for its registry and one for each origin to which that redirects.</summary>
    [Fact]
    public void Remember_TokensOfARegistryAndWhereItRedirects_AreAllMasked()
    {
        var sent = new SentSecrets(RegistryCredential.Anonymous);
        string[] tokens = [.. Enumerable.Range(0, 9).Select(i => $"token-of-origin-{i}-{i}{i}{i}")];
        foreach (var token in tokens) sent.Remember("Bearer " + token);

        foreach (var token in tokens) sent.Conceal($"refused: {token}").ShouldBe("refused: ***");
    }

    [Fact]
    public void Remember_TokenThatIsKnown_KeepsTheOthers()
    {
        var sent = new SentSecrets(new RegistryCredential.UsernamePassword("alice", "hunter2-hunter2"));
        sent.Remember("Bearer the-first-token");
        for (var i = 0; i < 10; i++) sent.Remember("Bearer the-second-token");
        sent.Remember("Basic YWxpY2U6");
        sent.Remember(authorization: null);

        sent.Conceal("the-first-token the-second-token hunter2-hunter2 YWxpY2U6").ShouldBe("*** *** *** YWxpY2U6");
        sent.IsIn("the-first-token").ShouldBeTrue();
        sent.IsIn("nothing").ShouldBeFalse();
    }
}
