using System.Text;
using System.Text.Json;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Secrets;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Rounds;
using RegistryOperator.Host.Tests.Scans;
using RegistryOperator.Kubernetes.Resources;

namespace RegistryOperator.Host.Tests.Rounds;

/// <summary>What a registry repeats of a resource's own Secrets is in no message of its status.</summary>
public sealed class StatusMaskTests
{
    private const string Password = "hunter2-PASSWORD";
    private const string Token = "feed-TOKEN-value";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Apply_MessagesEverywhere_RepeatNoSecretInAnyForm()
    {
        var secrets = ScanParts.Secrets(ScanParts.Secret("feed", ("token", Token)));
        await secrets.GetValueAsync("spec.scanners[0].options.token", new SecretKeyReference { Name = "feed", Key = "token" }, Cancel);
        secrets.Note(new RegistryCredential.UsernamePassword("alice", Password));
        string[] forms =
        [
            Password, Token, Convert.ToBase64String(Encoding.UTF8.GetBytes($"alice:{Password}")), Convert.ToBase64String(Encoding.UTF8.GetBytes(Token)),
            Convert.ToHexStringLower(Encoding.UTF8.GetBytes(Password)), Uri.EscapeDataString(Password),
        ];
        var message = $"Basic {string.Join(' ', forms)} end";
        var status = new RegistryStatus
        {
            Message = message,
            Conditions = [new Condition { Type = "Ready", Status = "False", Reason = "Failed", Message = message }],
            Images =
            [
                new ImageStatus
                {
                    Tag = "v1", Message = message, Vulnerabilities = new VulnerabilitiesStatus { Message = message },
                    Sbom = new SbomStatus { Message = message },
                    Config = new ImageConfigStatus { Author = message, Cmd = [message], Labels = new Dictionary<string, string> { ["echo"] = message } },
                },
            ],
        };

        var masked = StatusMask.Apply(status, secrets.CreateMask());

        var text = JsonSerializer.Serialize(masked, RegistryJson.Status);
        foreach (var form in forms) text.ShouldNotContain(form);
        masked.Message.ShouldBe("Basic *** *** *** *** *** *** end");
        masked.Images[0].Tag.ShouldBe("v1");
    }

    [Fact]
    public void Apply_NothingRepeated_IsTheSameStatus()
    {
        var status = new RegistryStatus { Message = "All is well.", Images = [new ImageStatus { Tag = "v1" }] };

        StatusMask.Apply(status, ScanParts.Secrets().CreateMask()).ShouldBeSameAs(status);
    }
}
