namespace RegistryOperator.Oci.Transport;

/// <summary>A request failed at a registry that has asked for a client certificate where there is none to show.</summary>
/// <param name="failure">How it failed: servers differ in whether they tell by an alert, or only close the connection.</param>
internal sealed class UncertifiedException(HttpRequestException failure) : HttpRequestException(failure.HttpRequestError, failure.Message, failure);
