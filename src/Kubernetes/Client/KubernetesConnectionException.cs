namespace RegistryOperator.Kubernetes.Client;

/// <summary>There is no cluster to connect to, or its settings can't be used. The message tells the user what to do.</summary>
public sealed class KubernetesConnectionException(string message, Exception? innerException = null) : Exception(message, innerException);
