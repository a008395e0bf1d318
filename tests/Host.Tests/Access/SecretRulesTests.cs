using Microsoft.Extensions.Configuration;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Settings;
using RegistryOperator.Host.Tests.Scans;

namespace RegistryOperator.Host.Tests.Access;

/// <summary>Secrets are used by consent.</summary>
public sealed class SecretRulesTests
{
    [Theory]
    [InlineData("Opaque", true)]
    [InlineData("kubernetes.io/basic-auth", true)]
    [InlineData("kubernetes.io/dockercfg", true)]
    [InlineData("kubernetes.io/dockerconfigjson", true)]
    [InlineData("kubernetes.io/service-account-token", false)]
    [InlineData("kubernetes.io/tls", false)]
    [InlineData("kubernetes.io/ssh-auth", false)]
    [InlineData("bootstrap.kubernetes.io/token", false)]
    [InlineData("helm.sh/release.v1", false)]
    [InlineData("opaque", false)]
    [InlineData("", false)]
    public void ProblemOf_Type_IsUsedOnlyWhereItIsMadeForThat(string type, bool isUsed)
    {
        var problem = SecretRules.Default.ProblemOf(Secret() with { Type = type });

        (problem is null).ShouldBe(isUsed, problem);
        if (!isUsed) problem.ShouldStartWith($"Secret 'pull' is of type '{type}', which is not used for registries: make one of type Opaque, ");
    }

    [Theory]
    [InlineData("kubernetes.io/tls", true)]
    [InlineData("Opaque", true)]
    [InlineData("kubernetes.io/service-account-token", false)]
    public void ProblemOf_SecretForACertificate_MayBeATlsOne(string type, bool isUsed) =>
        (SecretRules.Default.ProblemOf(Secret() with { Type = type }, isForTls: true) is null).ShouldBe(isUsed);

    [Fact]
    public void ProblemOf_TlsSecretWithoutTheLabel_IsNotUsed() =>
        new SecretRules("use").ProblemOf(Secret() with { Type = "kubernetes.io/tls" }, isForTls: true).ShouldNotBeNull().ShouldContain("lacks the label");

    [Theory]
    [InlineData("use", null, false)]
    [InlineData("use", "", true)]
    [InlineData("use", "no", true)]
    [InlineData("use=yes", "yes", true)]
    [InlineData("use=yes", "no", false)]
    [InlineData("use=yes", null, false)]
    [InlineData("use=", "", true)]
    [InlineData("use=", "yes", false)]
    [InlineData(null, null, true)]
    [InlineData("", null, true)]
    public void ProblemOf_RequiredLabel_IsAskedFor(string? setting, string? value, bool isUsed)
    {
        var rules = Read(setting);
        var secret = value is null ? Secret() : Secret() with { Labels = new Dictionary<string, string> { ["use"] = value } };

        var problem = rules.ProblemOf(secret);

        (problem is null).ShouldBe(isUsed, problem);
        if (!isUsed) problem.ShouldStartWith($"Secret 'pull' lacks the label {setting}, ");
    }

    [Fact]
    public void Read_NoLabel_IsRefused() =>
        Should.Throw<InputException>(() => Read("=yes")).Message.ShouldStartWith("Setting Secrets:RequireLabel: '=yes' is no label");

    [Theory]
    [InlineData("kubernetes.io/service-account-token", "is of type 'kubernetes.io/service-account-token'")]
    [InlineData("Opaque", "lacks the label use")]
    public async Task GetAsync_SecretThatMayNotBeUsed_IsReadByNobody(string type, string expected)
    {
        var secret = Secret() with { Type = type };
        var secrets = ScanParts.Secrets(Read("use"), secret);

        var failure = await Should.ThrowAsync<RoundFailedException>(
            () => secrets.GetAsync("spec.credentialsSecret.name", "pull", TestContext.Current.CancellationToken));

        failure.Failure.Reason.ShouldBe(RoundFailure.InvalidSecret);
        failure.Failure.Message.ShouldStartWith("spec.credentialsSecret.name: Secret 'pull' ");
        failure.Failure.Message.ShouldContain(expected);
    }

    private static CredentialSecret Secret() => ScanParts.Secret("pull", ("password", "x"));

    private static SecretRules Read(string? setting) =>
        SecretRules.Read(new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create(SecretRules.LabelSetting, setting)]).Build());
}
