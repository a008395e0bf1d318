namespace RegistryOperator.Oci.Transport;

/// <summary>A request failed at a registry that has asked for a client certificate where there is none to show.</summary>
/// <param name="failure">How it failed: servers differ in whether they tell by an alert, or only close the connection.</param>
internal sealed class UncertifiedException(HttpRequestException failure) : HttpRequestException(failure.HttpRequestError, failure.Message, failure)
{
    // nginx completes the handshake, and answers 400.
    private static readonly HttpRequestOptionsKey<bool> Asked = new(nameof(UncertifiedException));

    /// <summary>Notes that the request's registry has asked so.</summary>
    public static void Note(HttpRequestMessage request) => request.Options.Set(Asked, true);

    /// <summary>True where that was noted of the response's request.</summary>
    public static bool IsNoted(HttpResponseMessage response) => response.RequestMessage?.Options.TryGetValue(Asked, out var isAsked) is true && isAsked;
}
