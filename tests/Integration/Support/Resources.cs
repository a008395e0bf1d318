using System.Text.Json.Nodes;

namespace RegistryOperator.Integration.Tests.Support;

/// <summary>YAML of resources.</summary>
internal static class Resources
{
    /// <summary>A Registry; <paramref name="more"/> is more of its spec, already indented by two spaces.</summary>
    public static string Registry(string name, Uri registry, string repository, string more = "", string? @namespace = null) =>
        $"""
        apiVersion: registry.kubecontroller.io/v1alpha1
        kind: Registry
        metadata:
          name: {name}
          namespace: {@namespace ?? "default"}
        spec:
          url: {registry.Scheme}://{registry.Authority}
          repository: {repository}
        {more}

        """;

    public static string Secret(string name, string username, string password, string? @namespace = null) =>
        $"""
        ---
        apiVersion: v1
        kind: Secret
        metadata:
          name: {name}
          namespace: {@namespace ?? "default"}
        stringData:
          username: {username}
          password: {password}
        ---

        """;

    public static string DockerConfigSecret(string name, Uri registry, string username, string password) =>
        $$$"""
        ---
        apiVersion: v1
        kind: Secret
        type: kubernetes.io/dockerconfigjson
        metadata:
          name: {{{name}}}
        stringData:
          .dockerconfigjson: '{"auths": {"{{{registry.Authority}}}": {"username": "{{{username}}}", "password": "{{{password}}}"} } }'
        ---

        """;

    /// <summary>The entry of a tag in a resource's status.</summary>
    public static JsonNode? Image(this JsonNode resource, string tag) =>
        resource["status"]?["images"]?.AsArray().SingleOrDefault(image => (string?)image?["tag"] == tag);

    public static string[] Tags(this JsonNode resource) => [.. resource["status"]?["images"]?.AsArray().Select(image => (string)image!["tag"]!) ?? []];

    public static JsonNode? Condition(this JsonNode resource, string type) =>
        resource["status"]?["conditions"]?.AsArray().SingleOrDefault(condition => (string?)condition?["type"] == type);
}
