using System.Text.Json;
using System.Text.Json.Nodes;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Status;

namespace RegistryOperator.Host.Rounds;

/// <summary>Masks in the messages of a status what they repeat of the resource's own Secrets, whichever way the words came.</summary>
internal static class StatusMask
{
    private const string Message = "message";

    public static RegistryStatus Apply(RegistryStatus status, ResourceSecrets secrets)
    {
        var node = JsonSerializer.SerializeToNode(status, RegistryJson.Status);
        return Mask(node, secrets) ? node.Deserialize(RegistryJson.Status)! : status;
    }

    /// <returns>True where a message was masked.</returns>
    private static bool Mask(JsonNode? node, ResourceSecrets secrets)
    {
        var isMasked = false;
        if (node is JsonArray items)
        {
            foreach (var item in items) isMasked |= Mask(item, secrets);
        }
        else if (node is JsonObject fields)
        {
            foreach (var (name, value) in fields.ToList())
            {
                if (name == Message && value?.GetValueKind() == JsonValueKind.String)
                {
                    var text = value.GetValue<string>();
                    var concealed = secrets.Conceal(text);
                    if (concealed == text) continue;
                    fields[name] = concealed;
                    isMasked = true;
                }
                else
                {
                    isMasked |= Mask(value, secrets);
                }
            }
        }

        return isMasked;
    }
}
