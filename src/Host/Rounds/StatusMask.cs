using System.Text.Json;
using System.Text.Json.Nodes;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Status;

namespace RegistryOperator.Host.Rounds;

/// <summary>
/// Masks in a status what it repeats of the resource's own Secrets, whichever way the words came: in its messages, and in what images say of themselves. Tags
/// and digests are left as they are: by them images are told apart.
/// </summary>
internal static class StatusMask
{
    private const string Message = "message";
    private const string Configuration = "config";

    public static RegistryStatus Apply(RegistryStatus status, ResourceSecrets secrets)
    {
        var node = JsonSerializer.SerializeToNode(status, RegistryJson.Status);
        return Mask(node, secrets, isEverything: false) ? node.Deserialize(RegistryJson.Status)! : status;
    }

    /// <param name="node">What is looked through.</param>
    /// <param name="secrets">What is masked.</param>
    /// <param name="isEverything">True for all texts below, false for messages.</param>
    /// <returns>True where something was masked.</returns>
    private static bool Mask(JsonNode? node, ResourceSecrets secrets, bool isEverything)
    {
        var isMasked = false;
        if (node is JsonArray items)
        {
            for (var i = 0; i < items.Count; i++)
            {
                if (isEverything && Masked(items[i], secrets) is { } concealed) (items[i], isMasked) = (concealed, true);
                else isMasked |= Mask(items[i], secrets, isEverything);
            }
        }
        else if (node is JsonObject fields)
        {
            foreach (var (name, value) in fields.ToList())
            {
                if ((isEverything || name == Message) && Masked(value, secrets) is { } concealed) (fields[name], isMasked) = (concealed, true);
                else isMasked |= Mask(value, secrets, isEverything || name == Configuration);
            }
        }

        return isMasked;
    }

    private static string? Masked(JsonNode? node, ResourceSecrets secrets)
    {
        if (node?.GetValueKind() != JsonValueKind.String) return null;
        var text = node.GetValue<string>();
        var concealed = secrets.Conceal(text);
        return concealed == text ? null : concealed;
    }
}
