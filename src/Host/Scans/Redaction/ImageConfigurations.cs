using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Scans.Redaction;

/// <summary>
/// An image's configuration without the values of environment variables and build arguments. Tools read its names in any case, and so does this.
/// </summary>
internal static class ImageConfigurations
{
    private const string Variables = "Env";
    private const string CommandOfHistory = "created_by";
    private const string CommandOfHistoryInTrivy = "CreatedBy";

    /// <summary>Redacts it in place.</summary>
    public static void Redact(JsonNode? configuration, CancellationToken cancellationToken)
    {
        var values = new List<string>();
        Collect(configuration, values);
        Redact(configuration, new VariableValues(values, cancellationToken));
    }

    /// <summary>Redacts one in Base64, as Syft keeps it; an empty text where it can't be read, and so may hold anything.</summary>
    public static string RedactEncoded(string encoded, CancellationToken cancellationToken)
    {
        try
        {
            var configuration = JsonNode.Parse(Convert.FromBase64String(encoded));
            Redact(configuration, cancellationToken);
            return Convert.ToBase64String(Encoding.UTF8.GetBytes(configuration?.ToJsonString() ?? ""));
        }
        catch (Exception unreadable) when (JsonText.IsFault(unreadable) || unreadable is FormatException or ArgumentException)
        {
            return "";
        }
    }

    /// <summary>True for a member that holds a command of the history.</summary>
    public static bool IsCommand(string name) => Is(name, CommandOfHistory) || Is(name, CommandOfHistoryInTrivy);

    private static void Collect(JsonNode? node, List<string> values)
    {
        if (node is JsonArray items)
        {
            foreach (var item in items) Collect(item, values);
        }
        else if (node is JsonObject members)
        {
            foreach (var (name, value) in members)
            {
                if (Is(name, Variables) && value is JsonArray variables)
                    values.AddRange(variables.Select(TextOf).OfType<string>().Select(BuildCommands.ValueOf).OfType<string>());
                else Collect(value, values);
            }
        }
    }

    private static void Redact(JsonNode? node, VariableValues values)
    {
        if (node is JsonArray items)
        {
            foreach (var item in items) Redact(item, values);
            return;
        }

        if (node is not JsonObject members) return;
        foreach (var (name, value) in members.ToList())
        {
            if (Is(name, Variables))
                members[name] = value is JsonArray variables ? new JsonArray([.. variables.Select(WithoutValue)]) : null;
            else if (IsCommand(name) && TextOf(value) is { } command) members[name] = BuildCommands.Redact(command, values);
            else if (Is(name, "Cmd") && value is JsonArray parts) RedactClassic(parts);
            else Redact(value, values);
        }
    }

    /// <summary>The classic builder kept its last step, <c>["/bin/sh", "-c", "#(nop) ENV A=…"]</c>, beside the configuration.</summary>
    private static void RedactClassic(JsonArray parts)
    {
        for (var i = 0; i < parts.Count; i++)
        {
            if (TextOf(parts[i]) is { } part && part.StartsWith("#(nop)", StringComparison.Ordinal))
                parts[i] = BuildCommands.Redact("/bin/sh -c " + part, values: null)["/bin/sh -c ".Length..];
            else if (TextOf(parts[i]) is ['|', ..] arguments)
                parts[i] = BuildCommands.Redact(arguments, values: null);
        }

        // |1 A=… /bin/sh -c: each argument is a part of its own.
        if (parts is not [{ } first, ..] || TextOf(first) is not ['|', .. var count] || !int.TryParse(count, out var number)) return;
        for (var i = 1; i <= number && i < parts.Count; i++) parts[i] = WithoutValue(parts[i]);
    }

    private static JsonNode? WithoutValue(JsonNode? variable) => TextOf(variable) is { } text ? BuildCommands.WithoutValue(text) : null;

    private static string? TextOf(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : null;

    private static bool Is(string name, string expected) => name.Equals(expected, StringComparison.OrdinalIgnoreCase);
}
