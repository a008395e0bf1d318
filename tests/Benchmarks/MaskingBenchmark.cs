using System.Globalization;
using System.Text;
using RegistryOperator.Abstractions.Authentication;

namespace RegistryOperator.Benchmarks;

/// <summary>
/// Secrets masked in an answer of the largest size that is quoted, beside the least that could be done with it: one <c>string.Replace</c> for each secret as it
/// is written, and one search for a single one.
/// </summary>
internal static class MaskingBenchmark
{
    private const int Secrets = 16;
    private const int Characters = 64 * 1024;

    /// <summary>Of each kind: the best is what the code can do on a machine that others use too.</summary>
    private const int Rounds = 5;

    private static readonly TimeSpan RoundLength = TimeSpan.FromSeconds(1);

    public static void Run(CancellationToken cancellationToken)
    {
        Console.WriteLine($"\n{Secrets} secrets in {Characters / 1024} Ki characters, one thread, µs of processor time, median of {Rounds} rounds\n");
        Console.WriteLine("| secrets | text | masked | `Replace` of each | ratio | one search | ratio |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        foreach (var (name, length) in new[] { ("passwords, 20 characters", 20), ("tokens, 1,200 characters", 1_200) })
        {
            // The same texts in every run.
            string[] secrets = [.. Enumerable.Range(1, Secrets).Select(i => Text(length, i))];
            var mask = SecretMask.Of([.. secrets.Select(secret => new RegistryCredential.RegistryToken(secret).CreateMask())]);
            foreach (var (what, text) in new[] { ("without any", Lines([])), ("with each", Lines(secrets)) })
            {
                cancellationToken.ThrowIfCancellationRequested();
                var masked = Measure(() => mask.Conceal(text));
                var replaced = Measure(() => secrets.Aggregate(text, (left, secret) => left.Replace(secret, "***", StringComparison.Ordinal)));
                var searched = Measure(() => text.Contains(secrets[0] + "-", StringComparison.Ordinal) ? text : "");
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {name} | {what} | {masked:0} | {replaced:0} | {masked / replaced:0.0} | {searched:0.0} | {masked / searched:0} |"));
            }
        }
    }

    /// <summary>What a registry or a tool writes, with the secrets among it.</summary>
    private static string Lines(string[] secrets)
    {
        var lines = new StringBuilder();
        for (var i = 0; lines.Length < Characters; i++)
        {
            lines.Append(CultureInfo.InvariantCulture, $"{{\"level\":\"error\",\"request\":\"GET /v2/library/app-{i}/manifests/1.{i}.0\",\"digest\":\"sha256:")
                .Append(Text(64, 1000 + i).ToLowerInvariant()).Append("\",\"authorization\":\"")
                .Append(i < secrets.Length ? secrets[i] : "none").Append("\"}\n");
        }

        return lines.ToString(0, Characters);
    }

    private static string Text(int length, int seed) =>
        string.Create(length, new Random(seed), (text, random) => random.GetItems("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", text));

    private static double Measure(Func<string> work)
    {
        Once();
        double[] times = [.. Enumerable.Range(0, Rounds).Select(_ => Once()).Order()];
        return times[Rounds / 2];

        double Once()
        {
            var start = Environment.CpuUsage.TotalTime;
            var runs = 0;
            TimeSpan taken;
            do
            {
                for (var i = 0; i < 20; i++) work();
                runs += 20;
                taken = Environment.CpuUsage.TotalTime - start;
            }
            while (taken < RoundLength);
            return taken.TotalMicroseconds / runs;
        }
    }
}
