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
        JsonException failure => $"The manifest or configuration of '{tag}' can't be read: {failure.Message}",
        _ => $"'{tag}' could not be read, by a fault of the operator or of a plugin ({exception.GetType().Name}), which its log tells in full.",
    });
}
