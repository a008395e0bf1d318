namespace RegistryOperator.Host.Kinds;

/// <summary>Something that has happened to what a resource watches, and that is told once: as an event of the cluster, in the log and as a metric.</summary>
/// <param name="Reason">What, as one word in upper camel case.</param>
/// <param name="Message">A sentence or two for people.</param>
internal sealed record RegistryEvent(string Reason, string Message);
