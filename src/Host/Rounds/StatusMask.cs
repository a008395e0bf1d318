using System.Text.Json;
using System.Text.Json.Nodes;
using RegistryOperator.Abstractions.Authentication;
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

    public static RegistryStatus Apply(RegistryStatus status, SecretMask mask)
    {
        if (mask.IsEmpty || !IsIn(JsonSerializer.SerializeToElement(status, RegistryJson.Status), mask, isEverything: false)) return status;
        var node = JsonSerializer.SerializeToNode(status, RegistryJson.Status);
        Apply(node, mask, isEverything: false);
        return node.Deserialize(RegistryJson.Status)!;
    }

    /// <summary>True where there is something to mask: rarely, and then the status is made anew.</summary>
    /// <param name="element">What is looked through.</param>
    /// <param name="mask">What is looked for.</param>
    /// <param name="isEverything">True for all texts below, false for messages.</param>
    private static bool IsIn(JsonElement element, SecretMask mask, bool isEverything)
    {
        if (element.ValueKind == JsonValueKind.String) return isEverything && mask.IsIn(element.GetString()!);
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
            {
                if (IsIn(item, mask, isEverything)) return true;
            }
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var field in element.EnumerateObject())
            {
                var isText = field.Value.ValueKind == JsonValueKind.String;
                if (isText && !isEverything && !field.NameEquals(Message)) continue;
                if (IsIn(field.Value, mask, isEverything || isText || field.NameEquals(Configuration))) return true;
            }
        }

        return false;
    }

    /// <inheritdoc cref="IsIn"/>
    private static void Apply(JsonNode? node, SecretMask mask, bool isEverything)
    {
        if (node is JsonArray items)
        {
            for (var i = 0; i < items.Count; i++)
            {
                if (isEverything && Masked(items[i], mask) is { } concealed) items[i] = concealed;
                else Apply(items[i], mask, isEverything);
            }
        }
        else if (node is JsonObject fields)
        {
            foreach (var (name, value) in fields.ToList())
            {
                if ((isEverything || name == Message) && Masked(value, mask) is { } concealed) fields[name] = concealed;
                else Apply(value, mask, isEverything || name == Configuration);
            }
        }
    }

    private static string? Masked(JsonNode? node, SecretMask mask) =>
        node?.GetValueKind() == JsonValueKind.String && node.GetValue<string>() is var text && mask.IsIn(text) ? mask.Conceal(text) : null;
}
