using System.Text.Json;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Images;

/// <summary>The reason for which an image could not be read, as the status shows it, and the sentence that goes with it.</summary>
internal static class ImageReasons
{
    public static string Of(Exception exception) => exception switch
    {
        RegistryException failure => ScanReasons.Of(failure.Kind),
        JsonException => ScanReasons.InvalidContent,
        _ => ScanReasons.Failed,
    };

    /// <summary>What is wrong with a tag. An unexpected exception's message is for the log only: it means nothing to a user, and may quote anything.</summary>
    public static string Sentence(Exception exception, string tag) => OutsideText.Of(exception switch
    {
        RegistryException failure => failure.Message,
        JsonException failure => $"The manifest or configuration of '{tag}' can't be read: {Describe(failure)}",
        _ => $"'{tag}' could not be read, by a fault of the operator or of a plugin, which its log tells in full.",
    });

    /// <summary>Where the document is not what it should be. The library's own words are about types of this program, and are for the log.</summary>
    private static string Describe(JsonException failure)
    {
        var place = failure.Path is { Length: > 0 } path ? $" at {path}" : "";
        if (failure.Message.Contains("converted to", StringComparison.Ordinal)) return $"the value{place} is of another type than the specification has there.";
        if (failure.Message.Contains("required properties", StringComparison.Ordinal)) return $"what stands{place} names no digest.";
        var end = failure.Message.IndexOf(" Path: ", StringComparison.Ordinal);
        return end < 0 ? failure.Message : $"{failure.Message[..end].TrimEnd('.')}{place}.";
    }
}
