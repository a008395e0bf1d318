using System.Collections.Concurrent;
using RegistryOperator.Kubernetes.Informers;
using RegistryOperator.Kubernetes.Resources;

namespace RegistryOperator.Kubernetes.Tests.Fakes;

/// <summary>Keeps an informer's events as text: kind, name, and the versions before and after.</summary>
internal sealed class RecordingHandler : IResourceEventHandler<Widget>
{
    public ConcurrentQueue<string> Events { get; } = new();

    public string? ThrowAt { get; set; }

    public void OnEvent(ResourceEvent<Widget> resourceEvent)
    {
        string?[] versions = [resourceEvent.Old?.Metadata.ResourceVersion, resourceEvent.New?.Metadata.ResourceVersion];
        var text = $"{resourceEvent.Kind} {resourceEvent.Key.Name}@{string.Join(">", versions.Where(version => version is not null))}";
        Events.Enqueue(text);
        if (text == ThrowAt) throw new InvalidOperationException("the handler fails");
    }

    public void OnMalformed(MalformedResource resource) => Events.Enqueue($"Malformed {resource.Key}");
}
