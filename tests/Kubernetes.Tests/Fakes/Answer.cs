using Microsoft.AspNetCore.Http;

namespace RegistryOperator.Kubernetes.Tests.Fakes;

/// <summary>What a fake API server answers.</summary>
internal static class Answer
{
    /// <summary>A page of a list, in the order of fields of a custom resource: items before metadata.</summary>
    public static RequestDelegate Page(string version, string next, params string[] items) =>
        Json(
            200,
            $$$"""
            {
              "apiVersion":"test.example.com/v1",
              "items":[{{{string.Join(",", items)}}}],
              "kind":"WidgetList",
              "metadata":{"continue":"{{{next}}}","resourceVersion":"{{{version}}}"}
            }
            """);

    /// <summary>A whole list.</summary>
    public static RequestDelegate List(string version, params string[] items) => Page(version, "", items);

    /// <summary>An answer that goes on for as long as it is read.</summary>
    public static RequestDelegate Endless() => async context =>
    {
        var blanks = Enumerable.Repeat((byte)' ', 1024 * 1024).ToArray();
        while (true) await context.Response.Body.WriteAsync(blanks, context.RequestAborted);
    };

    public static RequestDelegate Json(int code, string body) => async context =>
    {
        context.Response.StatusCode = code;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(body, context.RequestAborted);
    };

    /// <summary>An error in the API's form.</summary>
    public static RequestDelegate Error(
        int code, string reason, string message = "as the test wants", string? name = "x", int? retryAfter = null) => async context =>
    {
        if (retryAfter is { } seconds) context.Response.Headers.RetryAfter = seconds.ToString();
        var details = name is null ? "null" : $$"""{"name":"{{name}}"}""";
        await Json(code, $$"""{"kind":"Status","code":{{code}},"reason":"{{reason}}","message":"{{message}}","details":{{details}}}""")(context);
    };

    /// <summary>What the server's mux says of a path that no type serves.</summary>
    public static RequestDelegate NoSuchPath() => async context =>
    {
        context.Response.StatusCode = 404;
        await context.Response.WriteAsync("404 page not found\n", context.RequestAborted);
    };

    /// <summary>A watch that the server ends after these lines.</summary>
    public static RequestDelegate Events(params string[] lines) => async context =>
    {
        foreach (var line in lines) await context.Response.WriteAsync(line + "\n", context.RequestAborted);
    };

    /// <summary>A watch that goes quiet after these lines and never ends.</summary>
    public static RequestDelegate Hang(params string[] lines) => async context =>
    {
        await Events(lines)(context);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
    };

    /// <summary>A watch whose connection breaks after this text, which may end within a line.</summary>
    /// <param name="text">What is sent.</param>
    /// <param name="received">When to break: a reset connection loses what its reader has not taken yet. Null for at once.</param>
    public static RequestDelegate Break(string text, Func<bool>? received = null) => async context =>
    {
        await context.Response.WriteAsync(text, context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        if (received is not null) await Wait.UntilAsync(received);
        context.Abort();
    };

    /// <summary>A line of a watch.</summary>
    public static string Event(string type, string json) => $$"""{"type":"{{type}}","object":{{json}}}""";

    public static string Bookmark(string version) =>
        Event("BOOKMARK", $$$"""{"kind":"Widget","metadata":{"resourceVersion":"{{{version}}}","creationTimestamp":null},"spec":{"size":0}}""");

    /// <summary>The ERROR event that says that the version is too old.</summary>
    public static string GoneEvent() =>
        Event("ERROR", """{"kind":"Status","status":"Failure","message":"too old resource version: 1 (9)","reason":"Expired","code":410}""");
}
