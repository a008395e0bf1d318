using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Validation;

namespace RegistryOperator.Host.Tests.Registry.Validation;

public class VerificationValidatorTests
{
    private const string Pem = "-----BEGIN PUBLIC KEY-----";
    private static readonly RegistrySpec Good = new() { Url = "https://registry.example.com", Repository = "team/app" };
    private static readonly KeylessIdentitySpec Person = new() { Issuer = "https://issuer.example", Identity = "ada@example.com" };

    private static readonly Dictionary<string, VerificationSpec> Specs = new(StringComparer.Ordinal)
    {
        ["none"] = new VerificationSpec(),
        ["keys"] = With(new VerificationKeySpec { Pem = Pem }, new VerificationKeySpec { SecretRef = Secret() }),
        ["keyless"] = With(
            Person, new KeylessIdentitySpec { IssuerPattern = ".*", IdentityPattern = "a+" }, Person with { TrustedRoot = new() { SecretRef = Secret() } }),
        ["expectations"] = new() { Expectations = new() { MinimumSlsaLevel = 3 } },
        ["empty key"] = With(new VerificationKeySpec()),
        ["key twice"] = With(new VerificationKeySpec { Pem = Pem, SecretRef = Secret() }),
        ["no PEM"] = With(new VerificationKeySpec { Pem = "MFkw" }),
        ["long PEM"] = With(new VerificationKeySpec { Pem = Pem + new string('a', 8192) }),
        ["Secret's name"] = With(new VerificationKeySpec { SecretRef = Secret(name: "Cosign") }),
        ["Secret's key"] = With(new VerificationKeySpec { SecretRef = Secret(key: "a/b") }),
        ["no issuer"] = With(new KeylessIdentitySpec { Identity = "a" }),
        ["identity twice"] = With(Person with { IdentityPattern = ".*" }),
        ["pattern"] = With(new KeylessIdentitySpec { IssuerPattern = "(", IdentityPattern = "(?=a)" }),
        ["trusted root"] = With(Person with { TrustedRoot = new() }),
        ["many"] = With(Enumerable.Repeat(Person, 11).ToArray()),
        ["level"] = new() { Expectations = new() { MinimumSlsaLevel = 0 } },
    };

    [Theory]
    [InlineData("none")]
    [InlineData("keys")]
    [InlineData("keyless")]
    [InlineData("expectations")]
    [InlineData("empty key", "keys[0]: needs pem or secretRef")]
    [InlineData("key twice", "keys[0]: has pem and secretRef; give one of them")]
    [InlineData("no PEM", "keys[0].pem: is no PEM; give a public key that begins with -----BEGIN PUBLIC KEY-----")]
    [InlineData("long PEM", "keys[0].pem: has 8218 characters; at most 8192 are allowed")]
    [InlineData("Secret's name", "keys[0].secretRef.name: 'Cosign' cannot be a Secret's name; use lower-case letters, digits, - and .")]
    [InlineData("Secret's key", "keys[0].secretRef.key: 'a/b' cannot be a key in a Secret; use letters, digits, - _ and .")]
    [InlineData("no issuer", "keyless[0]: needs issuer or issuerPattern")]
    [InlineData("identity twice", "keyless[0]: has identity and identityPattern; give one of them")]
    [InlineData(
        "pattern",
        "keyless[0].issuerPattern: '(' is not a regular expression without lookaround and backreferences",
        "keyless[0].identityPattern: '(?=a)' is not a regular expression without lookaround and backreferences")]
    [InlineData(
        "trusted root",
        "keyless[0].trustedRoot.secretRef.name: is required; name a Secret in the resource's namespace",
        "keyless[0].trustedRoot.secretRef.key: '' cannot be a key in a Secret; use letters, digits, - _ and .")]
    [InlineData("many", "keyless: has 11 entries; at most 10 are allowed")]
    [InlineData("level", "expectations.minimumSlsaLevel: is 0; allowed is 1 to 3")]
    public void Validate_Verification_NamesTheFieldAndWhatToDo(string name, params string[] expected) =>
        RegistrySpecValidator.Validate(Good with { ProvenanceTracking = new() { Verification = Specs[name] } })
            .Select(error => error.ToString())
            .ShouldBe(expected.Select(sentence => $"spec.provenanceTracking.verification.{sentence}"));

    private static VerificationSpec With(params VerificationKeySpec[] keys) => new() { Keys = keys };

    private static VerificationSpec With(params KeylessIdentitySpec[] identities) => new() { Keyless = identities };

    private static SecretKeySpec Secret(string name = "cosign", string key = "cosign.pub") => new() { Name = name, Key = key };
}
